#include "reports/target_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

/// The entry of each case on the target that names the slowest member.
std::vector<std::string> slowest_entries(const Result& result, const Target& target) {
  std::vector<std::string> entries;
  if (target.kind != TargetKind::slowest_of_set) return entries;
  for (const CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr || item->target != target.id) continue;
    for (const auto& [name, value] : measured.method) {
      if (name != slowest_entry) continue;
      if (std::find(entries.begin(), entries.end(), value) == entries.end()) {
        entries.push_back(value);
      }
    }
  }
  return entries;
}

/// The member an entry names: a target's id may hold a colon, but no entry begins with another id.
std::string member_of(const Target& set, const std::string& entry) {
  for (const std::string& member : set.members) {
    if (entry.rfind(member + ":", 0) == 0) return member;
  }
  return entry.substr(0, entry.find(':'));
}

}  // namespace

std::vector<std::string> measured_on(const Result& result, const Target& target) {
  std::vector<std::string> members;
  for (const std::string& entry : slowest_entries(result, target)) {
    const std::string member = member_of(target, entry);
    if (std::find(members.begin(), members.end(), member) == members.end()) {
      members.push_back(member);
    }
  }
  return members;
}

std::string measured_on_text(const Result& result, const Target& target) {
  std::string text;
  for (const std::string& entry : slowest_entries(result, target)) {
    const std::string member = member_of(target, entry);
    const std::string why = entry.size() > member.size() + 2 ? entry.substr(member.size() + 2) : "";
    text += fmt::format("{}{}{}", text.empty() ? "measured on " : "; also on ", member,
                        why.empty() ? "" : " (" + why + ")");
  }
  return text;
}

bool has_measured_case(const Result& result, const Target& target) {
  return std::any_of(result.cases.begin(), result.cases.end(), [&](const CaseResult& measured) {
    const Case* item = find_case(result.plan, measured.id);
    return measured.status == CaseStatus::ok && item != nullptr && item->target == target.id;
  });
}

bool in_measured_set(const Result& result, const Target& target) {
  return std::any_of(
      result.plan.targets.begin(), result.plan.targets.end(), [&](const Target& set) {
        return std::find(set.members.begin(), set.members.end(), target.id) != set.members.end() &&
               has_measured_case(result, set);
      });
}

}  // namespace assay

#include "runners/plan/write_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/permissions.hpp"
#include "runners/plan/targets.hpp"

namespace assay {

namespace {

constexpr std::uint64_t device_bytes_min = std::uint64_t{16} << 20;
constexpr std::array<std::string_view, 5> writable_transports{"nvme", "virtio", "scsi", "xen",
                                                              "loop"};

std::string human(std::uint64_t bytes) { return format_bytes(static_cast<double>(bytes)); }

struct Question {
  const Host& host;
  const BlockDevice& device;
  const PathFacts& facts;
  const RunOptions& options;
};

std::string not_a_whole_disk(const Question& ask) {
  if (ask.facts.node != ask.device.name) {
    return fmt::format(
        "is a partition of {}: only whole disks are written to; leave --allow-write out to read it",
        ask.device.name);
  }
  const bool known = std::find(writable_transports.begin(), writable_transports.end(),
                               ask.device.transport) != writable_transports.end();
  if (known && ask.device.lower_devices.empty()) return {};
  return fmt::format(
      "is no disk of its own ({}): only whole disks are written to; make a file system on it and "
      "name its directory with --target",
      ask.device.transport);
}

std::string no_identity(const Question& ask) {
  if (!identity_of(ask.device).empty()) return {};
  return "has no serial number, so that nothing tells it apart for sure: leave --allow-write out "
         "to read it";
}

std::string read_only(const Question& ask) {
  return ask.device.read_only ? "is read-only: leave --allow-write out to read it" : std::string();
}

std::string too_small(const Question& ask) {
  if (ask.device.size_bytes >= device_bytes_min) return {};
  return fmt::format("has {}: at least {} are needed", human(ask.device.size_bytes),
                     human(device_bytes_min));
}

/// The root volume, seen from any mount namespace, or by the names that EC2 keeps for it.
std::string root_disk(const Question& ask) {
  const auto is_root = [](const std::vector<std::string>& mounts) {
    return std::find(mounts.begin(), mounts.end(), "/") != mounts.end();
  };
  constexpr std::array<std::string_view, 3> root_names{"sda1", "sda", "xvda"};
  bool root = is_root(ask.device.mounts) || std::find(root_names.begin(), root_names.end(),
                                                      attached_as(ask.device)) != root_names.end();
  for (const Partition& partition : ask.device.partitions) root |= is_root(partition.mounts);
  return root ? "is the root disk: it is measured through files only, name a directory with "
                "--target"
              : std::string();
}

std::string in_use(const Question& ask) {
  const std::string use = device_in_use(ask.device);
  return use.empty() ? use : "is in use: " + use;
}

std::string not_exclusive(const Question& ask) {
  if (!ask.facts.writing) return "was not looked at closely enough to be written to";
  if (ask.facts.writing->exclusive_error.empty()) return {};
  return fmt::format(
      "cannot be opened exclusively ({}): something holds it that is not seen from here, such as a "
      "mount in a container, ZFS or another program; free it first",
      ask.facts.writing->exclusive_error);
}

std::string not_blank(const Question& ask) {
  const SignatureProbe& signatures = ask.facts.writing->signatures;
  if (!signatures.error.empty()) {
    return fmt::format("cannot be proven blank ({}): run as root", signatures.error);
  }
  const std::vector<std::string> losses = losses_of(ask.device, ask.facts);
  if (losses.empty() || is_forced(ask.host, ask.device, ask.options.force_destroy)) return {};
  return fmt::format(
      "is not blank: it holds {}; if all of that may be lost, add --force-destroy {}",
      fmt::join(losses, ", "), identity_of(ask.device));
}

}  // namespace

std::string refusal_to_overwrite(const Host& host, const BlockDevice& device,
                                 const PathFacts& facts, const RunOptions& options) {
  using Rule = std::string (*)(const Question&);
  // The last one is the only rule that --force-destroy can lift.
  constexpr std::array<Rule, 8> rules{not_a_whole_disk, root_disk, in_use,        read_only,
                                      no_identity,      too_small, not_exclusive, not_blank};
  const Question question{host, device, facts, options};
  for (const Rule rule : rules) {
    std::string reason = rule(question);
    if (!reason.empty()) return reason;
  }
  return {};
}

std::vector<std::string> losses_of(const BlockDevice& device, const PathFacts& facts) {
  std::vector<std::string> losses;
  for (const Signature& signature : facts.writing->signatures.found) {
    losses.push_back(describe_signature(signature));
  }
  for (const Partition& partition : device.partitions) {
    losses.push_back(
        fmt::format("partition ({}, {})", partition.name, human(partition.size_bytes)));
  }
  return losses;
}

std::vector<std::string> overwrite_lines(const Target& target) {
  if (!target.chosen || !target.overwrite) return {};
  const Overwrite& overwrite = *target.overwrite;
  std::vector<std::string> lines{
      fmt::format("WILL BE OVERWRITTEN: the first {} of {} ({}{}serial {}, {})",
                  human(target.span_bytes), target.path, overwrite.model,
                  overwrite.model.empty() ? "" : ", ", target.serial,
                  human(overwrite.device_bytes)),
      fmt::format("allowed by --allow-write {}", overwrite.permission)};
  for (const std::string& loss : overwrite.destroys) {
    lines.push_back("DESTROYS, by --force-destroy: " + loss);
  }
  return lines;
}

}  // namespace assay

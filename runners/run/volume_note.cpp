#include "runners/run/volume_note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::array<const char*, 7> volume_types{"gp2", "gp3", "io1",     "io2",
                                                  "st1", "sc1", "standard"};

std::string words_of(const VolumeNote& note) {
  std::string text = note.type;
  if (!note.iops.empty()) text += fmt::format(", {} IOPS", note.iops);
  if (!note.mbps.empty()) text += fmt::format(", {} MiB/s", note.mbps);
  return text;
}

}  // namespace

VolumeNote parse_volume_note(const std::string& text) {
  static const std::regex number("(iops|mbps)=([0-9]{1,7})");
  static const std::regex device("[A-Za-z0-9/_-]{1,64}");
  VolumeNote note;
  std::istringstream words(text);
  words >> note.device >> note.type;
  bool good = std::regex_match(note.device, device) &&
              std::find(volume_types.begin(), volume_types.end(), note.type) != volume_types.end();
  for (std::string word; words >> word;) {
    std::smatch parts;
    good = good && std::regex_match(word, parts, number);
    if (good) (parts[1] == "iops" ? note.iops : note.mbps) = parts[2];
  }
  if (!good) {
    throw UsageError(fmt::format(
        "--volume-note '{}': give 'DEVICE TYPE iops=N mbps=N', such as 'sdf gp3 iops=16000 "
        "mbps=1000' (mbps in MiB/s; types: {})",
        text, fmt::join(volume_types, ", ")));
  }
  return note;
}

std::string volume_note_text(const std::vector<std::string>& notes) {
  if (notes.empty()) return {};
  std::vector<std::string> words;
  std::vector<std::string> named;
  for (const std::string& text : notes) {
    const VolumeNote note = parse_volume_note(text);
    words.push_back(words_of(note));
    named.push_back(note.device + " " + words.back());
  }
  const bool alike = std::all_of(words.begin(), words.end(),
                                 [&](const std::string& one) { return one == words.front(); });
  return alike ? words.front() : fmt::format("{}", fmt::join(named, "; "));
}

void check_run_tag(const std::string& text) {
  static const std::regex tag("[A-Za-z0-9+.,@_:/-]{1,128}=[ -~]{0,256}");
  if (std::regex_match(text, tag)) return;
  throw UsageError(fmt::format("--tag '{}': give KEY=VALUE, in printable ASCII", text));
}

std::vector<NamedText> run_tags(const std::vector<std::string>& tags) {
  std::vector<NamedText> texts;
  for (const std::string& tag : tags) {
    check_run_tag(tag);
    const std::size_t equal = tag.find('=');
    texts.emplace_back("tag " + tag.substr(0, equal), tag.substr(equal + 1));
  }
  return texts;
}

}  // namespace assay

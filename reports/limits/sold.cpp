// What volumes and instances are sold with; see classify.hpp.
#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <sstream>

#include "reports/limits/classify.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

struct QuantityUnit {
  std::string_view word;
  double factor;
  std::optional<double> AdvertisedLimits::*limit;
};

constexpr QuantityUnit units[] = {{"IOPS", 1, &AdvertisedLimits::iops},
                                  {"KIOPS", 1e3, &AdvertisedLimits::iops},
                                  {"MB/S", 1e6, &AdvertisedLimits::bytes_per_s},
                                  {"GB/S", 1e9, &AdvertisedLimits::bytes_per_s},
                                  {"MIB/S", 1 << 20, &AdvertisedLimits::bytes_per_s},
                                  {"GIB/S", 1 << 30, &AdvertisedLimits::bytes_per_s}};

/// The word at a place, in capitals.
std::string word_at(const std::string& text, std::size_t at) {
  std::string word;
  while (at < text.size() && text[at] == ' ') ++at;
  for (; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (std::isalpha(c) == 0 && c != '/') break;
    word += static_cast<char>(std::toupper(c));
  }
  return word;
}

std::string below(const std::optional<double>& volumes, const std::optional<double>& instance,
                  const char* unit) {
  if (!volumes || !instance || *volumes >= *instance) return {};
  return fmt::format("{} of the instance's {}", format_value(*volumes, unit),
                     format_value(*instance, unit));
}

}  // namespace

AdvertisedLimits limits_in_words(const std::string& volume_note) {
  AdvertisedLimits found;
  for (std::size_t at = 0; at < volume_note.size(); ++at) {
    const auto c = static_cast<unsigned char>(volume_note[at]);
    if (std::isdigit(c) == 0) continue;
    // The digit of "gp3" belongs to its word.
    const bool in_word =
        at > 0 && std::isalnum(static_cast<unsigned char>(volume_note[at - 1])) != 0;
    std::string number;
    for (; at < volume_note.size(); ++at) {
      const char digit = volume_note[at];
      const bool thousands = digit == ',' && at + 1 < volume_note.size() &&
                             std::isdigit(static_cast<unsigned char>(volume_note[at + 1])) != 0;
      if (std::isdigit(static_cast<unsigned char>(digit)) == 0 && digit != '.' && !thousands) break;
      if (!thousands) number += digit;
    }
    const std::string word = word_at(volume_note, at);
    for (const QuantityUnit& unit : units) {
      const double value = std::strtod(number.c_str(), nullptr) * unit.factor;
      if (!in_word && word == unit.word && value > 0) found.*unit.limit = value;
    }
  }
  return found;
}

AdvertisedLimits times(const AdvertisedLimits& each, std::uint32_t count) {
  AdvertisedLimits all = each;
  if (all.iops) *all.iops *= count;
  if (all.bytes_per_s) *all.bytes_per_s *= count;
  return all;
}

AdvertisedLimits sold_together(const std::string& volume_note, std::uint32_t count) {
  if (volume_note.find(';') == std::string::npos) return times(limits_in_words(volume_note), count);
  AdvertisedLimits sum{0, 0};
  std::uint32_t volumes = 0;
  std::istringstream notes(volume_note);
  for (std::string note; std::getline(notes, note, ';'); ++volumes) {
    const AdvertisedLimits one = limits_in_words(note);
    for (const auto limit : {&AdvertisedLimits::iops, &AdvertisedLimits::bytes_per_s}) {
      if (sum.*limit && one.*limit) *(sum.*limit) += *(one.*limit);
      if (!(one.*limit)) (sum.*limit).reset();
    }
  }
  return volumes == count ? sum : AdvertisedLimits{};
}

std::string volumes_below_instance(const AdvertisedLimits& volumes,
                                   const AdvertisedLimits& instance) {
  std::string text = below(volumes.iops, instance.iops, "1/s");
  const std::string bytes = below(volumes.bytes_per_s, instance.bytes_per_s, "B/s");
  if (!text.empty() && !bytes.empty()) text += " and ";
  text += bytes;
  if (text.empty()) return {};
  return fmt::format("the volumes give {}; add or enlarge volumes to measure the instance", text);
}

std::string volume_not_instance(const AdvertisedLimits& volumes, const AdvertisedLimits& instance) {
  const std::string text = volumes_below_instance(volumes, instance);
  return text.empty() ? text : "Measured the volume, not the instance: " + text;
}

}  // namespace assay

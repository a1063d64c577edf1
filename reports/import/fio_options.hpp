#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/import/foreign_json.hpp"

namespace assay {

/// Owns the options of one fio job, as fio prints them: those of the job go before the global ones.
class FioOptions {
 public:
  /// `job` is an entry of "jobs", `document` the whole file. Throws std::runtime_error in words.
  FioOptions(const ForeignNode& document, const ForeignNode& job);

  /// The option under any of its names; empty where it is not given.
  std::optional<std::string> get(std::string_view name, std::string_view alias = {}) const;
  std::string get_or(std::string_view name, const std::string& fallback) const;
  /// "1", or the bare name, which fio prints with an empty value.
  bool is_on(std::string_view name) const;
  /// A size in bytes by fio's rules: 4k is 4096 and 4ki 4000 unless kb_base=1000 turns them round.
  std::optional<std::uint64_t> size(std::string_view text) const;
  /// "name=value" of all options but those that say where the job ran, in order of name.
  std::string definition() const;

 private:
  std::vector<std::pair<std::string, std::string>> options_;  // of the job, then the global ones
};

/// The parts of "a,b,c".
std::vector<std::string> comma_parts(std::string_view text);

}  // namespace assay

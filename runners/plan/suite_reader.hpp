#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/model/names.hpp"
#include "runners/plan/nearest.hpp"

namespace assay {

/// Owns the name of a TOML document and reads values from its nodes. Every member throws UsageError
/// with the place, what is wrong and what is allowed.
class SuiteReader {
 public:
  explicit SuiteReader(std::string origin) : origin_(std::move(origin)) {}

  toml::table parse(std::string_view text) const;

  [[noreturn]] void fail(const toml::node& node, const std::string& what) const;
  void check_keys(const toml::table& table, const std::vector<std::string_view>& known) const;
  const toml::node& required(const toml::table& table, std::string_view key) const;

  std::string text_of(const toml::node& node) const;
  double duration_of(const toml::node& node) const;
  std::uint64_t size_of(const toml::node& node) const;
  std::uint32_t whole_of(const toml::node& node, std::int64_t min, std::int64_t max) const;
  bool truth_of(const toml::node& node) const;
  /// A text such as "5%", from `min` to `max`.
  double percent_of(const toml::node& node, double min, double max) const;

  /// The enumerator of a word, by EnumNames.
  template <class Enum>
  Enum word_of(const toml::node& node, const char* what) const {
    const std::string word = text_of(node);
    if (const auto value = named<Enum>(word)) return *value;
    std::vector<std::string_view> words;
    words.reserve(EnumNames<Enum>::table.size());
    for (const auto& [value, name] : EnumNames<Enum>::table) words.push_back(name);
    fail(node, std::string("unknown ") + what + " '" + word + "'" + hint_for(word, words));
  }

  /// One value, or each of a list of values.
  void each(const toml::node& node, const std::function<void(const toml::node&)>& visit) const;

 private:
  std::string place(const toml::source_region& region) const;

  std::string origin_;
};

}  // namespace assay

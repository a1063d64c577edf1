#include "reports/json/quick_reader.hpp"

#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "reports/json/document_limits.hpp"
#include "reports/json/fields.hpp"
#include "reports/json/result_json.hpp"
#include "reports/model/names.hpp"

namespace assay {

namespace json {

namespace {

/// Owns the place in a text. Every function is false where the text is not what it expects.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char wanted) {
    skip_spaces();
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  bool is_at_end() {
    skip_spaces();
    return at_ == end_;
  }

  /// A string of ASCII without escapes, as a view of the text.
  bool string(std::string_view& value) {
    if (!take('"')) return false;
    const char* begin = at_;
    for (; at_ != end_; ++at_) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') {
        value = {begin, static_cast<std::size_t>(at_ - begin)};
        ++at_;
        return value.size() <= document_string_bytes_max;
      }
      if (c < 0x20 || c >= 0x7F || c == '\\') return false;
    }
    return false;
  }

  template <class T>
  bool number(T& value) {
    skip_spaces();
    if (at_ == end_ || !(is_digit(*at_) || (std::floating_point<T> && *at_ == '-'))) return false;
    // A second digit after a leading zero is no JSON number.
    const char* first = at_ + (*at_ == '-' ? 1 : 0);
    if (end_ - first >= 2 && first[0] == '0' && is_digit(first[1])) return false;
    const auto [stop, error] = std::from_chars(at_, end_, value);
    if (error != std::errc{}) return false;
    if (std::floating_point<T> && !is_digit(*(stop - 1))) return false;
    at_ = stop;
    return at_ != end_ && *at_ != '.' && *at_ != 'e' && *at_ != 'E';
  }

  bool boolean(bool& value) {
    skip_spaces();
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    value = rest.starts_with("true");
    if (!value && !rest.starts_with("false")) return false;
    at_ += value ? 4 : 5;
    return true;
  }

  /// Passes over one value by its brackets and quotes.
  bool skip() {
    skip_spaces();
    std::size_t depth = 0;
    bool quoted = false;
    for (; at_ != end_; ++at_) {
      const char c = *at_;
      if (quoted) {
        if (c == '\\' && ++at_ == end_) return false;
        if (c == '"') quoted = false;
        continue;
      }
      if (c == '"') quoted = true;
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}' || c == ',') {
        if (depth == 0) return true;  // belongs to what holds the value
        if (c != ',') --depth;
      }
    }
    return false;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void skip_spaces() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  const char* at_;
  const char* end_;
};

template <class T>
bool read_value(Cursor& cursor, T& value);

/// Visits the fields of a struct for one member of its object: reads the field of that name.
struct MemberReader {
  Cursor& cursor;
  std::string_view name;
  std::uint64_t& seen;  // one bit a field
  bool found = false;
  bool good = true;
  unsigned index = 0;

  template <class T>
  void operator()(const char* field, T& value) {
    const unsigned here = index++;
    if (found || name != field) return;
    found = true;
    seen |= std::uint64_t{1} << here;
    good = read_value(cursor, value);
  }

  template <class T>
  void operator()(const char* field, std::optional<T>& value) {
    const unsigned here = index++;
    if (found || name != field) return;
    found = true;
    seen |= std::uint64_t{1} << here;
    good = read_value(cursor, value.emplace());
  }
};

/// Which fields an object must have: all that are not optional.
struct RequiredFields {
  std::uint64_t bits = 0;
  unsigned index = 0;

  template <class T>
  void operator()(const char* /*field*/, const T& /*value*/) {
    bits |= std::uint64_t{1} << index++;
  }
  template <class T>
  void operator()(const char* /*field*/, const std::optional<T>& /*value*/) {
    ++index;
  }
};

template <class T>
bool read_object(Cursor& cursor, T& value) {
  RequiredFields required;
  fields(required, value);
  std::uint64_t seen = 0;
  if (!cursor.take('{')) return false;
  if (cursor.take('}')) return required.bits == 0;
  do {
    std::string_view name;
    if (!cursor.string(name) || !cursor.take(':')) return false;
    MemberReader member{cursor, name, seen};
    fields(member, value);
    if (!member.good || (!member.found && !cursor.skip())) return false;
  } while (cursor.take(','));
  return cursor.take('}') && (seen & required.bits) == required.bits;
}

template <class T>
bool read_list(Cursor& cursor, std::vector<T>& values) {
  values.clear();
  if constexpr (std::same_as<T, NamedHistogram>) {
    return cursor.skip();
  } else {
    if (!cursor.take('[')) return false;
    if (cursor.take(']')) return true;
    do {
      if (!read_value(cursor, values.emplace_back())) return false;
    } while (cursor.take(','));
    return cursor.take(']');
  }
}

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
bool read_value(Cursor& cursor, T& value) {
  if constexpr (std::same_as<T, SparseHistogram>) {
    return cursor.skip();
  } else if constexpr (std::same_as<T, bool>) {
    return cursor.boolean(value);
  } else if constexpr (std::integral<T> || std::floating_point<T>) {
    return cursor.number(value);
  } else if constexpr (std::same_as<T, std::string>) {
    std::string_view text;
    if (!cursor.string(text)) return false;
    value = text;
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    std::string_view word;
    if (!cursor.string(word)) return false;
    const auto known = named<T>(word);
    if (known) value = *known;
    return known.has_value();
  } else if constexpr (IsVector<T>::value) {
    return read_list(cursor, value);
  } else {
    return read_object(cursor, value);
  }
}

}  // namespace

}  // namespace json

std::optional<Result> read_quickly(std::string_view text) {
  json::Cursor cursor(text);
  std::optional<Result> result(std::in_place);
  const Result current;
  if (!json::read_object(cursor, *result) || !cursor.is_at_end()) return std::nullopt;
  const std::string_view version = current.schema_version;
  const std::string_view major = version.substr(0, version.find('.') + 1);
  if (result->schema != current.schema || !result->schema_version.starts_with(major)) {
    return std::nullopt;
  }
  try {
    check_values(*result);
  } catch (const std::runtime_error&) {
    return std::nullopt;  // read_result says it with the place
  }
  return result;
}

Result read_without_histograms(std::string_view text) {
  if (std::optional<Result> quick = read_quickly(text)) return std::move(*quick);
  Result result = read_result(text);
  for (CaseResult& measured : result.cases) {
    measured.histograms.clear();
    for (Tick& tick : measured.ticks) tick.latency = {};
  }
  return result;
}

}  // namespace assay

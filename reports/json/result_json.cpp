#include "reports/json/result_json.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "reports/json/document_limits.hpp"
#include "reports/json/fields.hpp"
#include "reports/model/names.hpp"

namespace assay {

namespace json {

using Document = nlohmann::ordered_json;
using Buckets = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

template <class T>
concept Enumeration = std::is_enum_v<T>;

template <class T>
concept Scalar = std::same_as<T, bool> || std::integral<T> || std::floating_point<T> ||
    std::same_as<T, std::string>;

/// Owns the JSON object that the fields of one struct are written to.
class Writer {
 public:
  template <class T>
  void operator()(const char* name, const T& value) {
    object_[name] = value_of(value);
  }

  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) object_[name] = value_of(*value);
  }

  /// Ascending buckets as [step from the bucket before, count, step, count, ...]: half the size.
  void buckets(const char* name, const Buckets& value) {
    Document array = Document::array();
    std::uint32_t before = 0;
    for (const auto& [bucket, count] : value) {
      array.push_back(bucket - before);
      array.push_back(count);
      before = bucket;
    }
    object_[name] = std::move(array);
  }

  template <class T>
  static Document value_of(const T& value) {
    if constexpr (Scalar<T>) {
      return value;
    } else if constexpr (Enumeration<T>) {
      return std::string(name_of(value));
    } else {
      Writer writer;
      fields(writer, value);
      return std::move(writer.object_);
    }
  }

  template <class T>
  static Document value_of(const std::vector<T>& values) {
    Document array = Document::array();
    for (const T& value : values) array.push_back(value_of(value));
    return array;
  }

 private:
  Document object_ = Document::object();
};

[[noreturn]] void wrong(const std::string& place, const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", place.empty() ? "document" : place, what));
}

/// Owns nothing: reads the fields of one struct from one JSON object, naming the place in errors.
class Reader {
 public:
  Reader(const Document& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object_.is_object()) wrong(place_, "expected an object");
  }

  template <class T>
  void operator()(const char* name, T& value) {
    read(member(name), inside(name), value);
  }

  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    const auto found = object_.find(name);
    if (found == object_.end()) return;
    read(*found, inside(name), value.emplace());
  }

  void buckets(const char* name, Buckets& value) {
    std::vector<std::uint64_t> numbers;
    read(member(name), inside(name), numbers);
    if (numbers.size() % 2 != 0) wrong(inside(name), "expected pairs of step and count");
    std::uint64_t bucket = 0;
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
      if (i > 0 && numbers[i] == 0) wrong(inside(name), "expected ascending buckets");
      if (numbers[i] > bucket_max || bucket + numbers[i] > bucket_max) {
        wrong(inside(name), "a bucket beyond the histogram's range");
      }
      bucket += numbers[i];
      value.emplace_back(static_cast<std::uint32_t>(bucket), numbers[i + 1]);
    }
  }

  template <class T>
  static void read(const Document& node, const std::string& place, T& value) {
    if constexpr (std::same_as<T, bool>) {
      if (!node.is_boolean()) wrong(place, "expected true or false");
      value = node.template get<bool>();
    } else if constexpr (std::integral<T>) {
      if (!node.is_number_unsigned()) wrong(place, "expected a whole number >= 0");
      const auto number = node.template get<std::uint64_t>();
      if (number > std::numeric_limits<T>::max()) wrong(place, "number too large");
      value = static_cast<T>(number);
    } else if constexpr (std::floating_point<T>) {
      if (!node.is_number()) wrong(place, "expected a number");
      value = node.template get<T>();
    } else if constexpr (std::same_as<T, std::string>) {
      if (!node.is_string()) wrong(place, "expected a text");
      value = node.template get<std::string>();
    } else if constexpr (Enumeration<T>) {
      std::string word;
      read(node, place, word);
      const auto known = named<T>(word);
      if (!known) wrong(place, fmt::format("'{}' is not one of its words", word));
      value = *known;
    } else {
      Reader reader(node, place);
      fields(reader, value);
      if constexpr (std::same_as<T, SparseHistogram>) {
        if (const std::string fault = histogram_fault(value); !fault.empty()) wrong(place, fault);
      }
    }
  }

  template <class T>
  static void read(const Document& node, const std::string& place, std::vector<T>& values) {
    if (!node.is_array()) wrong(place, "expected a list");
    values.clear();
    values.reserve(node.size());
    for (const Document& item : node) {
      const std::string item_place = fmt::format("{}[{}]", place, values.size());
      read(item, item_place, values.emplace_back());
    }
  }

 private:
  static constexpr std::uint64_t bucket_max = 1U << 16;

  const Document& member(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end()) wrong(inside(name), "missing");
    return *found;
  }

  std::string inside(const char* name) const {
    return place_.empty() ? std::string(name) : place_ + "." + name;
  }

  const Document& object_;
  std::string place_;
};

Document parse(std::string_view text) {
  check_document_limits(text);
  try {
    return Document::parse(text);
  } catch (const Document::exception& error) {
    throw std::runtime_error(fmt::format("not valid JSON: {}", error.what()));
  }
}

}  // namespace json

template <class Part>
std::string write_json(const Part& part) {
  // Text from firmware may hold anything: bytes that are not UTF-8 become U+FFFD.
  return json::Writer::value_of(part).dump(-1, ' ', false,
                                           json::Document::error_handler_t::replace);
}

template <class Part>
Part read_json(std::string_view text) {
  Part part;
  json::Reader::read(json::parse(text), "", part);
  return part;
}

template std::string write_json(const Result&);
template std::string write_json(const Host&);
template std::string write_json(const Plan&);
template std::string write_json(const CaseResult&);
template std::string write_json(const Preparation&);
template std::string write_json(const Finding&);
template Result read_json(std::string_view);
template Host read_json(std::string_view);
template CaseResult read_json(std::string_view);
template Preparation read_json(std::string_view);

Result read_result(std::string_view text) {
  const json::Document document = json::parse(text);
  if (!document.is_object() || document.value("schema", json::Document()) != "assay-result") {
    throw std::runtime_error("not an assay Result: its member \"schema\" is not \"assay-result\"");
  }
  std::string version;
  json::Reader::read(document.value("schema_version", json::Document()), "schema_version", version);
  const Result current;
  if (version.substr(0, version.find('.')) !=
      current.schema_version.substr(0, current.schema_version.find('.'))) {
    throw std::runtime_error(
        fmt::format("schema version {} cannot be read: this assay reads {}.x. Use the assay that "
                    "wrote it, or a newer one",
                    version, current.schema_version.substr(0, current.schema_version.find('.'))));
  }
  Result result;
  json::Reader::read(document, "", result);
  check_values(result);
  return result;
}

Result header_of(const Result& result) {
  Result header = result;
  header.cases.clear();
  header.preparations.clear();
  return header;
}

}  // namespace assay

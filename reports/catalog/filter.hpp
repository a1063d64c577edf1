#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// A filter that cannot be understood. what() says what was expected and shows the place with a
/// caret below it; `unknown` is the word that is no field, else empty.
class FilterError : public std::runtime_error {
 public:
  FilterError(const std::string& message, std::string_view expression, std::size_t at,
              std::string unknown_word = {});
  std::size_t column;  // from 1
  std::string unknown;
};

/// A condition on instance types: "gpu >= 1 and (is_total_gb >= 1000 or not arch = 'arm64')".
/// Fields are those of catalog_fields(); numbers compare with = == != < <= > >=, texts (in quotes
/// or one bare word) with = == !=. A type for which no value is published meets no comparison.
class Filter {
 public:
  /// Throws FilterError.
  explicit Filter(std::string_view expression);
  bool matches(const InstanceType& type, const Catalog& catalog) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace assay

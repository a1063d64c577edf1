#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// A type's value of a field: nothing where none is published.
using FieldValue = std::variant<std::monostate, double, std::string>;

enum class FieldKind { number, text };

/// One thing that can be shown of a type and asked for in a filter.
struct CatalogField {
  std::string_view name;
  std::string_view unit;  // empty of text and of counts
  std::string_view meaning;
  FieldKind kind;
  FieldValue (*value)(const InstanceType& type, const Catalog& catalog);
};

/// THE list, in the order in which fields are shown.
const std::vector<CatalogField>& catalog_fields();

/// The field of that name, or nullptr.
const CatalogField* find_field(std::string_view name);

/// A value as it stands in tables: numbers without useless digits, "-" where there is none.
std::string field_text(const FieldValue& value);

}  // namespace assay

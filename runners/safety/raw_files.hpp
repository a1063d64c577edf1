#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace assay::safety {

/// Readers of the guard's own: unlike discovery's they tell "empty" from "cannot be read".

/// The whole of a text file in /sys or /proc.
std::optional<std::string> text_of(const std::string& path);

/// The same, without surrounding blanks.
std::optional<std::string> attribute_of(const std::string& path);

/// Names in a directory, but for . and ...
std::optional<std::vector<std::string>> entries_of(const std::string& directory);

/// "259:4" as a device number.
std::optional<dev_t> number_of(const std::string& text);

}  // namespace assay::safety

#pragma once

#include <cstddef>
#include <string_view>

#include "reports/model/result.hpp"

namespace assay {

/// A Result is at most this large, and so are its texts and its depth; more is no Result, and would
/// only cost memory.
constexpr std::size_t document_bytes_max = std::size_t{256} << 20;
constexpr std::size_t document_string_bytes_max = std::size_t{1} << 20;
constexpr std::size_t document_depth_max = 64;

/// Throws std::runtime_error in words where a JSON text goes beyond one of the limits.
void check_document_limits(std::string_view text);

/// Throws std::runtime_error that names the place where a value cannot be: a unit that is not the
/// metric's, a rate or latency below 0, a number beyond 1e18, a case twice.
void check_values(const Result& result);

}  // namespace assay

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// "4k", "1m", "128k", "1536" for whole binary multiples: block sizes in case ids.
std::string short_size(std::uint64_t bytes);

/// "1.50 GiB", "512 B": capacities, binary units.
std::string format_bytes(double bytes);

/// "1.23 GB/s", "456 MB/s": rates, decimal units.
std::string format_byte_rate(double bytes_per_s);

/// "850 ns", "36.2 us", "1.20 ms", "2.5 s" with three significant digits.
std::string format_duration_ns(double ns);

/// "84", "16.9 k", "1.34 M": counts and IOPS, three significant digits.
std::string format_count(double count);

/// A metric's value for people by its unit ("ns", "B/s", "B", "1/s", "%", ...).
std::string format_value(double value, std::string_view unit);

/// Bytes of "4096", "4k", "128KiB", "1 GiB", "2G" (binary multiples) or "10GB", "5 MB" (decimal: an
/// explicit B without i). Empty when it is not a size or does not fit 64 bits.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Seconds of "90", "90s", "1.5s", "250ms", "2m", "1h". Empty when it is not a duration > 0.
std::optional<double> parse_duration_s(std::string_view text);

}  // namespace assay

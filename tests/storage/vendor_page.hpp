#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/storage/vendor_statistics.hpp"

namespace assay {

constexpr std::uint32_t magic_ebs = 0x3C23B510;
constexpr std::uint32_t magic_instance_store = 0xEC2C0D7E;

template <class Number>
void put(std::vector<std::byte>& page, std::size_t offset, Number value) {
  std::memcpy(page.data() + offset, &value, sizeof value);
}

/// A log page as bytes, with histograms of these counts, in bins of 0 to 128, 128 to 256, 256 to
/// 512 us and so on, and counters of operations that agree with them.
inline std::vector<std::byte> vendor_page(std::uint32_t magic,
                                          const std::vector<std::uint32_t>& reads,
                                          const std::vector<std::uint32_t>& writes) {
  std::vector<std::byte> page(vendor_log_page_bytes);
  put<std::uint32_t>(page, 0, magic);
  put<std::uint32_t>(page, 4, 1);
  const auto histogram = [&](std::size_t offset, const std::vector<std::uint32_t>& counts) {
    put<std::uint64_t>(page, offset, counts.size());
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::size_t at = offset + 8 + 24 * i;
      put<std::uint64_t>(page, at, i == 0 ? 0 : std::uint64_t{64} << i);
      put<std::uint64_t>(page, at + 8, std::uint64_t{128} << i);
      put<std::uint32_t>(page, at + 16, counts[i]);
      put<std::uint32_t>(page, at + 20, 0xFFFFFFFF);  // reserved: must not be read
      sum += counts[i];
    }
    return sum;
  };
  put<std::uint64_t>(page, 8, histogram(512, reads));
  put<std::uint64_t>(page, 16, histogram(2056, writes));
  return page;
}

/// The same counts in the layout by I/O size, split over two sizes.
inline std::vector<std::byte> vendor_page_by_size(const std::vector<std::uint32_t>& reads,
                                                  const std::vector<std::uint32_t>& writes) {
  std::vector<std::byte> page(vendor_log_page_bytes);
  put<std::uint32_t>(page, 0, magic_instance_store);
  put<std::uint32_t>(page, 96, 2);
  put<std::uint32_t>(page, 100, static_cast<std::uint32_t>(reads.size()));
  std::uint64_t read_ops = 0;
  std::uint64_t write_ops = 0;
  for (std::size_t i = 0; i < reads.size(); ++i) {
    put<std::uint64_t>(page, 136 + 16 * i, i == 0 ? 0 : std::uint64_t{64} << i);
    put<std::uint64_t>(page, 144 + 16 * i, std::uint64_t{128} << i);
    const std::size_t first = 648 + 8 * i;
    put<std::uint64_t>(page, first, reads[i] / 2);
    put<std::uint64_t>(page, first + 512, reads[i] - reads[i] / 2);
    put<std::uint64_t>(page, first + 256, writes[i]);
    read_ops += reads[i];
    write_ops += writes[i];
  }
  put<std::uint64_t>(page, 8, read_ops);
  put<std::uint64_t>(page, 16, write_ops);
  return page;
}

}  // namespace assay

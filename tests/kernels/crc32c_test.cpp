#include "kernels/cpu/crc32c.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>
#include <vector>

namespace assay {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

TEST(Crc32c, GivesThePublishedValues) {
  // RFC 3720 appendix B.4, and the check value of the CRC catalogue.
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283U);
  const std::vector<std::byte> zeros(32);
  EXPECT_EQ(crc32c(zeros), 0x8A9136AAU);
  const std::vector<std::byte> ones(32, std::byte{0xFF});
  EXPECT_EQ(crc32c(ones), 0x62A8AB43U);
}

TEST(Crc32c, TheInstructionAgreesWithTheTable) {
  std::vector<std::byte> bytes(4099);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 + i / 7);
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 4096U, 4099U}) {
    const std::span<const std::byte> part(bytes.data(), size);
    EXPECT_EQ(crc32c(part), crc32c_generic(part)) << size;
  }
}

}  // namespace
}  // namespace assay

#include "runners/discovery/pci.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

TEST(Pci, Addresses) {
  EXPECT_TRUE(is_pci_address("0000:00:1f.0"));
  EXPECT_TRUE(is_pci_address("10000:e1:00.0"));  // Intel VMD
  EXPECT_FALSE(is_pci_address("pci0000:00"));
  EXPECT_FALSE(is_pci_address("0000:00:1F.0"));
  EXPECT_FALSE(is_pci_address("000:00:1f.0"));
  EXPECT_FALSE(is_pci_address("0000:00:1f"));
  EXPECT_FALSE(is_pci_address(""));
}

TEST(Pci, SpellingOfOtherToolsIsBroughtToThatOfSysfs) {
  EXPECT_EQ(normal_pci_address("00000000:A1:1C.0"), "0000:a1:1c.0");
  EXPECT_EQ(normal_pci_address("0000:3b:00.0"), "0000:3b:00.0");
  EXPECT_EQ(normal_pci_address("00010000:E1:00.0"), "10000:e1:00.0");
  EXPECT_EQ(normal_pci_address("nonsense"), "");
}

TEST(Pci, TheDeviceIsTheLastOnTheWay) {
  const PciPlace place =
      pci_place_of("/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/nvme/nvme0/nvme0n1");
  EXPECT_EQ(place.address, "0000:01:00.0");
  EXPECT_EQ(pci_place_of("/sys/devices/virtual/block/dm-0").address, "");
  EXPECT_EQ(pci_place_of("").address, "");
}

}  // namespace
}  // namespace assay

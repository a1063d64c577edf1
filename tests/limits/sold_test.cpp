#include <gtest/gtest.h>

#include "reports/limits/classify.hpp"

namespace assay {
namespace {

TEST(Sold, NumbersAreReadFromALaunchersWords) {
  const AdvertisedLimits gp3 = limits_in_words("gp3, 16000 IOPS, 1000 MiB/s");
  EXPECT_EQ(gp3.iops, 16000);
  EXPECT_EQ(gp3.bytes_per_s, 1000.0 * (1 << 20));
  const AdvertisedLimits written = limits_in_words("io2 16,000iops; 1.5 GB/s, 400 GiB");
  EXPECT_EQ(written.iops, 16000);
  EXPECT_EQ(written.bytes_per_s, 1.5e9);
  for (const char* nothing : {"", "gp3", "IOPS", "3000", "gp3IOPS", "0 IOPS", "500 GiB, 7 MB"}) {
    EXPECT_FALSE(limits_in_words(nothing).iops.has_value()) << nothing;
    EXPECT_FALSE(limits_in_words(nothing).bytes_per_s.has_value()) << nothing;
  }
}

TEST(Sold, AVolumeBelowTheInstanceIsSaid) {
  EXPECT_EQ(volume_not_instance({16e3, 1e9}, {40e3, 1.25e9}),
            "Measured the volume, not the instance: the volumes give 16.0 k IOPS of the instance's "
            "40.0 k IOPS and 1.00 GB/s of the instance's 1.25 GB/s; add or enlarge volumes to "
            "measure the instance");
  EXPECT_EQ(volume_not_instance({16e3, 2e9}, {40e3, 1e9}),
            "Measured the volume, not the instance: the volumes give 16.0 k IOPS of the instance's "
            "40.0 k IOPS; add or enlarge volumes to measure the instance");
  EXPECT_EQ(volume_not_instance({50e3, 2e9}, {40e3, 1e9}), "");
  EXPECT_EQ(volume_not_instance({16e3, {}}, {}), "");
  EXPECT_EQ(volume_not_instance({}, {40e3, 1e9}), "");
}

}  // namespace
}  // namespace assay

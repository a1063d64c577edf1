#include <gtest/gtest.h>

#include "reports/limits/classify.hpp"
#include "tests/limits/limit_result.hpp"

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

TEST(Sold, UnlikeVolumesGiveTheSumOfWhatEachIsToldWith) {
  const std::string both = "sdf gp3, 3000 IOPS, 125 MiB/s; sdg io2, 64000 IOPS";
  EXPECT_EQ(sold_together(both, 2).iops, 67'000);
  EXPECT_FALSE(sold_together(both, 2).bytes_per_s.has_value());  // not told of the second
  EXPECT_FALSE(sold_together(both, 1).iops.has_value());         // of which one?
  EXPECT_EQ(
      sold_together("sdf gp3, 3000 IOPS, 125 MiB/s; sdg gp3, 4000 IOPS, 250 MiB/s", 2).bytes_per_s,
      375.0 * (1 << 20));
  EXPECT_EQ(sold_together("gp3, 3000 IOPS", 4).iops, 12'000);
  EXPECT_FALSE(sold_together("", 2).iops.has_value());
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

TEST(Sold, SeveralVolumesGiveWhatTheyAreSoldWithTogether) {
  LimitResult made(DeviceClass::ebs);
  made.result.comparability.volume_note = "gp3, 3000 IOPS, 125 MiB/s";
  made.add_read(16, {11'900, 12'100, 12'000});
  made.add_read(64, {12'000, 12'050, 11'950});
  Target& disk = made.result.plan.targets[0];
  disk.device = "md0";  // a stripe
  BlockDevice stripe;
  stripe.name = "md0";
  stripe.lower_devices = {"nvme1n1", "nvme2n1", "nvme3n1p1", "nvme4n1"};
  made.result.host.block_devices = {stripe};
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), LimitKind::volume);
  EXPECT_NE(made.limit(1).evidence.find("the 4 volumes are sold with 12.0 k IOPS"),
            std::string::npos)
      << made.limit(1).evidence;
  disk.kind = TargetKind::target_set;
  disk.members = {"a", "b", "c", "d"};  // whose devices are not known
  classify_limits(made.result);
  EXPECT_EQ(made.kind(1), LimitKind::volume);
  disk.members = {"a", "b"};
  classify_limits(made.result);
  EXPECT_NE(made.kind(1), LimitKind::volume);
}

TEST(Sold, OfTwoLimitsTheNearerOneIsNamed) {
  LimitResult made(DeviceClass::ebs);
  made.result.comparability.volume_note = "gp3, 16000 IOPS";
  made.add_read(16, steady(15'700));
  made.add_read(64, steady(15'700));
  classify_limits(made.result, {15'700, {}});
  EXPECT_EQ(made.kind(1), LimitKind::instance);
  classify_limits(made.result, {16'400, {}});
  EXPECT_EQ(made.kind(1), LimitKind::volume);
}

TEST(Sold, AMixOfSizesIsCountedSizeBySize) {
  const auto kind_at = [](double rate) {
    LimitResult made(DeviceClass::ebs);
    made.result.comparability.volume_note = "gp3, 16000 IOPS";
    for (const std::uint32_t depth : {16U, 64U}) {
      StorageParameters mixed{Operation::read, Pattern::random, 512U << 10, depth};
      mixed.block_mix = {{4096, 90}, {512U << 10, 10}};
      made.add(mixed, steady(rate));
    }
    classify_limits(made.result);
    return made.kind(1);
  };
  EXPECT_EQ(kind_at(16'000 / 1.1), LimitKind::volume);  // one in ten counts as two
  EXPECT_NE(kind_at(8000), LimitKind::volume);
}

TEST(Sold, APlateauAtWhatIsSoldIsThatLimit) {
  LimitResult made(DeviceClass::ebs);
  made.result.comparability.volume_note = "gp3, 16000 IOPS, 1000 MiB/s";
  made.add_read(1, steady(1500));
  made.add_read(16, {15'700, 16'300, 16'000});
  made.add_read(64, {15'900, 16'400, 15'800});
  classify_limits(made.result);
  EXPECT_EQ(made.kind(2), LimitKind::volume);
  made.result.comparability.volume_note = "io2, 64000 IOPS";
  classify_limits(made.result, {16'200, {}});
  EXPECT_EQ(made.kind(2), LimitKind::instance);
  EXPECT_NE(made.limit(2).evidence.find("16.2 k IOPS"), std::string::npos);
  classify_limits(made.result);
  EXPECT_EQ(made.kind(2), LimitKind::device);
  made.result.plan.targets[0].device_class = DeviceClass::instance_store;
  classify_limits(made.result, {16'200, {}});  // limits of EBS are not those of local disks
  EXPECT_EQ(made.kind(2), LimitKind::device);
}

}  // namespace
}  // namespace assay

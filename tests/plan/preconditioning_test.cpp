#include "runners/plan/preconditioning.hpp"

#include <gtest/gtest.h>

#include "runners/plan/plan.hpp"

namespace assay {
namespace {

Target file_on(const std::string& name) {
  Target target;
  target.id = "ebs-file";
  target.kind = TargetKind::file_system;
  target.device_class = DeviceClass::ebs;
  target.path = "/" + name;
  target.chosen = true;
  target.span_bytes = std::uint64_t{1} << 30;
  return target;
}

Plan plan_of(const std::string& rows, const std::vector<Target>& targets,
             const RunOptions& options = {}) {
  Host host;
  host.io_uring.state = IoUringState::available;
  const Suite suite = parse_suite("name = \"x\"\nduration = 1\n" + rows, "x");
  return make_plan(host, suite, targets, options, 1);
}

std::string sustained_text(const RunOptions& options = {}) {
  Host host;
  host.io_uring.state = IoUringState::available;
  const Suite suite = apply_options(load_suite("sustained"), options);
  return preconditioning_text(make_plan(host, suite, {file_on("a")}, options, 1));
}

const std::string row = "[[storage]]\nblock_size = \"4k\"\nqueue_depth = 1\n";
const std::string random_write = row + "workload = \"random-write\"\n";
const std::string random_read = row + "workload = \"random-read\"\n";

TEST(Preconditioning, IsToldByTheCasesThatRun) {
  EXPECT_EQ(sustained_text(), "sequential fill, then random-write to steady state");
  RunOptions short_cases;
  short_cases.duration_s = 1;
  EXPECT_EQ(sustained_text(short_cases), "sequential fill, then random-write");
  EXPECT_EQ(preconditioning_text(plan_of(random_read, {file_on("a")})), "sequential fill");
  EXPECT_EQ(preconditioning_text(plan_of(random_write + "precondition = true\n" + row +
                                             "workload = \"sequential-write\"\nprecondition = "
                                             "true\n" +
                                             random_read,
                                         {file_on("a"), file_on("b")})),
            "sequential fill, then random-write, then sequential-write");
}

TEST(Preconditioning, OfWhatIsOnlyReadThereIsNone) {
  Target device = file_on("a");
  device.kind = TargetKind::block_device;
  device.contents = "assumed written";
  EXPECT_EQ(preconditioning_text(plan_of(random_read, {device})), "none");
  EXPECT_EQ(preconditioning_text(plan_of(random_read, {device, file_on("b")})), "sequential fill");
  device.chosen = false;  // no storage at all: nothing that could differ from another run's
  EXPECT_EQ(preconditioning_text(plan_of(random_read, {device})), "sequential fill");
}

TEST(Preconditioning, AMixOverwritesWithItsWritesAndADiskThatRotatesHasNoSpareBlocks) {
  Target disk = file_on("a");
  disk.device = "sda";
  disk.device_class = DeviceClass::instance_store;
  Plan plan = plan_of(random_write + "precondition = true\nsteady_state = true\n", {disk});
  Case& item = plan.cases.at(0);
  Host host;
  host.block_devices.resize(1);
  host.block_devices[0].name = "sda";
  const auto described = [&] {
    CaseResult measured;
    measured.status = CaseStatus::ok;
    measured.ticks.resize(1);
    measured.ticks[0].bytes = std::uint64_t{100} << 20;
    describe_overwritten(plan, host, item, {disk.id}, measured);
    return measured;
  };
  EXPECT_EQ(described().flags.size(), 1U);
  EXPECT_TRUE(described().method.at(0).second.starts_with("100 MiB, "));
  host.block_devices[0].rotational = true;
  EXPECT_TRUE(described().flags.empty());
  item.storage.value().operation = Operation::mixed;
  item.storage->read_percent = 70;
  EXPECT_TRUE(described().method.at(0).second.starts_with("30.0 MiB, "));
  item.storage->operation = Operation::read;
  EXPECT_TRUE(described().method.empty());
}

TEST(Preconditioning, HowMuchWasOverwrittenIsTold) {
  Target disk = file_on("a");
  disk.device_class = DeviceClass::instance_store;
  Plan plan = plan_of(random_write + "precondition = true\nsteady_state = true\n", {disk});
  CaseStatus status = CaseStatus::ok;
  const auto described = [&](std::uint64_t mib) {
    CaseResult measured;
    measured.id = plan.cases[0].id;
    measured.status = status;
    for (int i = 0; i < 2; ++i) {
      Tick tick;
      tick.bytes = (mib << 20) / 2;
      measured.ticks.push_back(tick);
    }
    describe_overwritten(plan, Host(), plan.cases[0], {plan.cases[0].target}, measured);
    return measured;
  };
  const CaseResult little = described(128);
  EXPECT_EQ(little.method.back(), NamedText("overwritten", "128 MiB, 12 % of the span"));
  ASSERT_EQ(little.flags.size(), 1U);
  EXPECT_TRUE(little.flags[0].starts_with("steady after 12 % of the span was overwritten"));
  EXPECT_TRUE(described(600).flags.empty());
  status = CaseStatus::failed;  // it never got steady
  EXPECT_TRUE(described(128).flags.empty());
  status = CaseStatus::ok;
  plan.targets[0].device_class = DeviceClass::ebs;  // no drive of one's own
  EXPECT_TRUE(described(128).flags.empty());
  plan.cases[0].precondition = false;
  EXPECT_TRUE(described(128).method.empty());
}

TEST(Preconditioning, ThatOnlyLeavesOutIsNotTold) {
  RunOptions options;
  options.only = "storage/*/random-read/*";
  EXPECT_EQ(sustained_text(options), "sequential fill");
}

TEST(Preconditioning, ThatTheCapOnTimeLeavesOutIsNotTold) {
  const std::string rows =
      random_write + "precondition = true\nduration = 3000\npriority = 9\n" + random_read;
  EXPECT_EQ(preconditioning_text(plan_of(rows, {file_on("a")})),
            "sequential fill, then random-write");
  EXPECT_EQ(preconditioning_text(plan_of("cap = \"20m\"\n" + rows, {file_on("a")})),
            "sequential fill");
}

TEST(Preconditioning, IsToldOfTheRunAsItEnded) {
  const Plan plan = plan_of(
      random_write + "precondition = true\nsteady_state = true\n" + random_read, {file_on("a")});
  CaseResult done;
  done.id = plan.cases.at(0).id;
  const auto text = [&] {
    const std::vector<CaseResult> measured{done};
    return preconditioning_text(plan, &measured);
  };
  EXPECT_EQ(text(), "sequential fill, then random-write to steady state");
  done.flags = {"not steady after 25 rounds of 60 s: the last 5 range over 40 %"};
  EXPECT_EQ(text(), "sequential fill, then random-write, not steady");
  done.status = CaseStatus::failed;
  EXPECT_EQ(text(), "sequential fill");
  done.status = CaseStatus::skipped;
  EXPECT_EQ(text(), "sequential fill");
}

TEST(Preconditioning, OfSomeTargetsNamesThem) {
  Target read_only = file_on("b");
  read_only.kind = TargetKind::regular_file;
  read_only.id = "ebs-existing-file";
  read_only.contents = "assumed written";
  const std::string rows = random_write + "precondition = true\n" + random_read;
  EXPECT_EQ(preconditioning_text(plan_of(rows, {file_on("a"), read_only})),
            "sequential fill, then random-write on ebs-file");
  const std::vector<Target> two{file_on("a"), file_on("b")};
  const std::string at_once = random_write + "precondition = true\ndevices = \"all\"\n";
  EXPECT_EQ(preconditioning_text(plan_of(at_once + random_read, two)),
            "sequential fill, then random-write");
  // However many of a kind there are.
  Target second = file_on("c");
  second.id = "ebs-file-2";
  EXPECT_EQ(preconditioning_text(plan_of(at_once + random_read, {file_on("a"), second, read_only})),
            "sequential fill, then random-write on ebs-file");
  const std::string slowest = random_write + "precondition = true\ndevices = \"slowest\"\n";
  EXPECT_EQ(preconditioning_text(plan_of(slowest + random_read, two)),
            "sequential fill, then random-write on ebs-file-slowest");
}

}  // namespace
}  // namespace assay

// Pipelines by cuFile between real test files and host memory, through the library that stands in
// for NVIDIA's: the binding that runs is the real one.
#include <fstream>
#include <thread>

#include "bench/measure/not_applicable.hpp"
#include "tests/gpu/fake_blocks.hpp"
#include "tests/gpu/fake_cufile.hpp"
#include "tests/gpu/pipeline_fixture.hpp"

namespace assay {
namespace {

class CuFile : public Pipelines {
 protected:
  void SetUp() override {
    Pipelines::SetUp();
    for (const char* variable :
         {"CUFILE_ALLOW_COMPAT_MODE", "CUFILE_FORCE_COMPAT_MODE", "CUFILE_USE_PCIP2PDMA"}) {
      unsetenv(variable);
    }
  }

  GpuSource source() const override {
    GpuSource source = Pipelines::source();
    source.cufile = {library_, directory_ + "/nvidia-fs",
                     [](int, std::uint64_t bytes, std::uint32_t blocks) {
                       return std::make_unique<FakeBlocks>(bytes, blocks);
                     }};
    return source;
  }

  static Case cufile_case(Operation operation, std::size_t members) {
    Case item = case_of(operation, {0, 1});
    item.pipeline->gpus.resize(members);
    item.pipeline->path = PipelinePath::cufile;
    item.warm_up_s = 0.2;                                      // for the threads to begin
    item.duration_s = operation == Operation::read ? 0.4 : 3;  // to write all blocks
    return item;
  }

  CaseResult run_cufile(Operation operation = Operation::read, std::size_t members = 1) {
    return run_measured(cufile_case(operation, members), members,
                        [this] { forget_what_was_seen(fake_cufile_now(library_.c_str())); });
  }

  /// What a case that is not measured is answered with, and as what.
  std::string refusal(const char* expected) {
    try {
      return "ran: " + run_cufile().reason;
    } catch (const NotApplicable& reason) {
      EXPECT_STREQ(expected, "skipped");
      return reason.what();
    } catch (const std::runtime_error& reason) {
      EXPECT_STREQ(expected, "failed");
      return reason.what();
    }
  }

  void expect_all_returned(const FakeCuFileState& fake) {
    EXPECT_EQ(fake.files, 0);
    EXPECT_EQ(fake.memories, 0);
  }

  void write_nvidia_fs(const std::string& stats) const {
    std::filesystem::create_directory(directory_ + "/nvidia-fs");
    std::ofstream(directory_ + "/nvidia-fs/version") << "version: 2.24.3\n";
    std::ofstream(directory_ + "/nvidia-fs/stats") << stats;
  }

  std::string library_ = ASSAY_FAKE_CUFILE;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(CuFile, EveryBlockThatIsReadComesToTheGpu) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  const CaseResult result = run_cufile();
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GT(metric_value(result.metrics, "bandwidth").value_or(0), 5e4);  // one block is more
  EXPECT_EQ(method_of(result, "engine"), "cuFile 1.15");
  EXPECT_EQ(method_of(result, "path"), "p2pdma");
  EXPECT_EQ(method_of(result, "refused before"), "");
  EXPECT_TRUE(result.flags.empty());
  EXPECT_TRUE(contains(method_of(result, "path seen"), "compatibility mode not allowed"));
  EXPECT_EQ(method_of(result, "checked"), "4 blocks, byte by byte, between storage and GPU");
  EXPECT_EQ(fake.opened, 1);
  EXPECT_EQ(fake.closed, 1);
  EXPECT_LE(fake.running_max, 4);  // one call of each buffer
  EXPECT_GT(fake.calls, 5);
  expect_all_returned(fake);
}

TEST_F(CuFile, DrivesRunAtOnceEachWithItsThreads) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  const CaseResult result = run_cufile(Operation::read, 2);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GT(metric_value(result.metrics, "member/two/bandwidth").value_or(0), 0);
  EXPECT_EQ(method_of(result, "pairs"), "one - GPU 0, two - GPU 1");
  EXPECT_EQ(method_of(result, "path"), "p2pdma");
  EXPECT_EQ(fake.opened, 1);
  expect_all_returned(fake);
}

TEST_F(CuFile, WhatTheGpuHoldsIsWrittenInBlocksThatAllDiffer) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.nvidia_fs = true;
  const CaseResult result = run_cufile(Operation::write);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_NE(find_metric(result.metrics, "flush/time"), nullptr);
  EXPECT_NE(method_of(result, "checked")[0], '0');
  EXPECT_EQ(method_of(result, "path"), "nvidia-fs");
  ASSERT_GT(fake.calls, static_cast<long long>(file_bytes / block_bytes));  // all was written
  EXPECT_EQ(stored_blocks().size(), file_bytes / 4096);
}

TEST_F(CuFile, SaysWhatRanNotWhatWasAllowed) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.nvidia_fs = true;  // p2pdma is allowed, and silently not taken
  CaseResult result = run_cufile();
  EXPECT_EQ(method_of(result, "path"), "nvidia-fs");
  EXPECT_TRUE(contains(method_of(result, "path seen"), "p2pdma allowed"));
  fake.sometimes_compat = true;  // although it was not allowed
  result = run_cufile();
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "path"), "mixed");
  EXPECT_EQ(result.flags.at(0).rfind("cuFile went several ways: of ", 0), 0U);
  EXPECT_TRUE(contains(method_of(result, "path seen"), " by nvidia-fs, "));
}

TEST_F(CuFile, CompatibilityModeComesLastAndIsNamed) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.compat = true;
  const CaseResult result = run_cufile();
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "path"), "compat");
  EXPECT_EQ(result.flags.at(0).rfind("cuFile ran in compatibility mode", 0), 0U);
  const std::string refused = method_of(result, "refused before");
  EXPECT_TRUE(contains(refused, "p2pdma: cuFile cannot take the file: this drive")) << refused;
  EXPECT_TRUE(contains(refused, "; nvidia-fs: cuFile cannot take the file: ")) << refused;
  EXPECT_EQ(fake.opened, 3);
  EXPECT_EQ(fake.closed, 3);
  expect_all_returned(fake);
}

TEST_F(CuFile, WithoutTheLibraryTheCaseIsSkippedWithWhatToInstall) {
  library_ = "libno-such-cufile.so.0";
  const std::string reason = refusal("skipped");
  EXPECT_TRUE(contains(reason, "is not installed")) << reason;
  EXPECT_TRUE(contains(reason, "libcufile-13-0")) << reason;
  library_ = "libc.so.6";
  EXPECT_EQ(refusal("skipped"),
            "libcufile has no function cuFileDriverOpen: install cuFile 1.0 or newer");
}

TEST_F(CuFile, WhereNoWayFitsTheCaseIsSkippedWithTheReasonOfEach) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  const std::string reason = refusal("skipped");
  EXPECT_TRUE(contains(reason, "compatibility mode: cuFile cannot take the file")) << reason;
  EXPECT_TRUE(contains(reason, "(cuFile error 5008); `gdscheck -p`")) << reason;
  fake.open_error = 1;
  EXPECT_TRUE(contains(refusal("skipped"), "open its driver: the driver nvidia-fs is not loaded"));
  EXPECT_EQ(fake.opened, 6);
  EXPECT_EQ(fake.closed, 3);  // none of those that did not open
  expect_all_returned(fake);
}

TEST_F(CuFile, WhatShouldHaveWorkedFailsTheCase) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.open_error = 25;
  EXPECT_TRUE(
      contains(refusal("failed"), "permission denied, as for /dev/nvidia-fs*: run as root"));
  fake.open_error = 11;
  fake.open_cuda_error = 802;
  EXPECT_TRUE(contains(refusal("failed"), "(cuFile error 5011, CUDA error 802)"));
  fake.open_error = 0;
  fake.p2pdma = true;
  fake.memory_error = 16;
  EXPECT_TRUE(contains(refusal("failed"), "give fewer or smaller buffers"));
  fake.memory_error = 0;
  fake.wrong_from = 1;  // the first block, before anything is measured
  EXPECT_TRUE(contains(refusal("failed"),
                       "p2pdma: a read of 256k at offset 0 by cuFile failed: Input/output error"));
  expect_all_returned(fake);
}

TEST_F(CuFile, AnIoThatFailsIsAReasonInEachOfTheWaysToTellIt) {
  struct Way {
    long long result;
    int error;
    const char* words;
  };
  for (const Way& way : {Way{-1, 5, "by cuFile failed: Input/output error"},
                         Way{-1, 5027, "by cuFile failed: cuFile error 5027: see cufile.log"},
                         Way{-5010, 0, "by cuFile failed: nvidia-fs failed: see `dmesg"},
                         Way{4096, 0, "by cuFile moved 4096 bytes only"},
                         Way{0, 0, "by cuFile moved 0 bytes only"}}) {
    FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
    fake.p2pdma = true;
    fake.wrong_from = 10;
    fake.result = way.result;
    fake.error = way.error;
    const CaseResult result = run_cufile(Operation::read, 2);
    EXPECT_EQ(result.status, CaseStatus::failed);
    EXPECT_TRUE(contains(result.reason, ": a read of 256k at offset ")) << result.reason;
    EXPECT_TRUE(contains(result.reason, way.words)) << result.reason;
    EXPECT_TRUE(result.metrics.empty());
    expect_all_returned(fake);
  }
}

TEST_F(CuFile, DataThatChangesOnItsWayFailsTheCase) {
  for (const Operation operation : {Operation::read, Operation::write}) {
    FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
    fake.p2pdma = true;
    fake.spoils = true;
    fake.wrong_from = 1;
    const CaseResult result = run_cufile(operation);
    EXPECT_EQ(result.status, CaseStatus::failed);
    EXPECT_TRUE(contains(result.reason, "one: wrong data: what is stored at offset"))
        << result.reason;
  }
}

TEST_F(CuFile, ALibraryThatCountsNothingLeavesThePathUnknown) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  fake.counts = false;
  const CaseResult result = run_cufile();
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "path"), "unknown");
  EXPECT_EQ(result.flags.at(0).rfind("which way cuFile went is not known: this cuFile", 0), 0U);
  EXPECT_EQ(method_of(result, "path seen"),
            "this cuFile does not count by path (before 1.15); compatibility mode not allowed, "
            "p2pdma allowed, nvidia-fs not loaded");
}

TEST_F(CuFile, AnOldLibraryTakesItsModeFromTheEnvironment) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE_OLD);
  library_ = ASSAY_FAKE_CUFILE_OLD;
  fake.compat = true;
  setenv("CUFILE_FORCE_COMPAT_MODE", "true", 1);  // of whoever started us
  write_nvidia_fs("GDS Version: 1.0.0.71 \nIO stats: Disabled, peer IO stats: Enabled\n");
  const CaseResult result = run_cufile();
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(fake.opened, 3);
  EXPECT_EQ(fake.closed, 3);
  EXPECT_EQ(method_of(result, "engine"), "cuFile of unknown version");
  EXPECT_EQ(method_of(result, "path"), "unknown");
  EXPECT_TRUE(contains(method_of(result, "path seen"),
                       "compatibility mode allowed, p2pdma not allowed, nvidia-fs 2.24.3 loaded"))
      << method_of(result, "path seen");
}

TEST_F(CuFile, ALibraryThatTakesNoParametersTakesItsModeFromTheEnvironment) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.takes_parameters = false;
  fake.p2pdma = true;  // off, where nothing is said
  const CaseResult result = run_cufile();
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_EQ(method_of(result, "path"), "p2pdma");
}

TEST_F(CuFile, ACallThatHangsIsGivenUp) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  fake.hangs_from = 2;
  hang_s_ = 0.3;
  const CaseResult result = run_cufile();
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_TRUE(contains(result.reason, "GPU 0 hangs")) << result.reason;
  fake.hangs_from = 1LL << 60;  // lets the threads end
  for (int i = 0; i < 20'000 && (fake.files > 0 || fake.memories > 0 || fake.closed == 0); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(fake.closed, 1);
  expect_all_returned(fake);
}

TEST_F(CuFile, AfterAHangTheDriverIsNotOpenedOnceMore) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  link_->hangs = true;
  hang_s_ = 0.3;
  GpuBench bench(source());
  const auto one = std::span(members_).first(1);
  EXPECT_EQ(run_pipeline_case(bench, case_of(Operation::read, {0}), one, 3, {}).status,
            CaseStatus::failed);
  Case item = case_of(Operation::read, {1});
  item.pipeline->path = PipelinePath::cufile;
  const CaseResult result = run_pipeline_case(bench, item, one, 3, {});
  EXPECT_EQ(result.status, CaseStatus::skipped);
  EXPECT_TRUE(contains(result.reason, "one for the whole process")) << result.reason;
  link_->hangs = false;  // lets the thread end
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

TEST_F(CuFile, WhereNothingComesThroughThereIsNoRate) {
  FakeCuFileState& fake = fake_cufile(ASSAY_FAKE_CUFILE);
  fake.p2pdma = true;
  fake.hangs_from = 2;
  std::jthread release([&] {
    while (fake.running < 4) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::seconds(6));  // longer than the case
    fake.hangs_from = 1LL << 60;
  });
  const CaseResult result = run(cufile_case(Operation::read, 1), 1);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_TRUE(contains(result.reason, "no block came all the way in ")) << result.reason;
  EXPECT_TRUE(result.metrics.empty());
}

TEST(CuFileErrors, AreWordsThatSayWhatToDo) {
  EXPECT_EQ(cufile_error_text({5025, 0}),
            "permission denied, as for /dev/nvidia-fs*: run as root (cuFile error 5025)");
  EXPECT_EQ(cufile_error_text({5099, 0}), "cuFile error 5099: see cufile.log");
  EXPECT_FALSE(is_cufile_absence(5099));
  for (const int absent :
       {5001, 5004, 5005, 5007, 5008, 5009, 5018, 5019, 5020, 5033, 5034, 5049}) {
    EXPECT_TRUE(is_cufile_absence(absent)) << absent;
    EXPECT_TRUE(contains(cufile_error_text({absent, 0}), "gdscheck")) << absent;
  }
  for (const int failed : {5006, 5010, 5011, 5012, 5013, 5014, 5015, 5016, 5025, 5029, 5030, 5036,
                           5043, 5044, 5045, 5048}) {
    EXPECT_FALSE(is_cufile_absence(failed)) << failed;
    EXPECT_FALSE(cufile_error_text({failed, 0}).starts_with("cuFile error")) << failed;
  }
}

CuFileEvidence evidence_of(std::uint64_t calls, const CuFileCounts& during) {
  CuFileEvidence evidence;
  evidence.calls = calls;
  evidence.before = CuFileCounts{5, 6, 7};
  evidence.before->total = 18;
  evidence.after = CuFileCounts{5 + during.p2pdma, 6 + during.nvidia_fs, 7 + during.compat};
  const std::uint64_t sum = during.p2pdma + during.nvidia_fs + during.compat;
  evidence.after->total = 18 + std::max(sum, during.total);
  return evidence;
}

TEST(CuFilePath, IsClaimedOnlyWhereEveryCallWasCounted) {
  EXPECT_EQ(path_of(evidence_of(10, {10, 0, 0})).path, "p2pdma");
  EXPECT_EQ(path_of(evidence_of(10, {0, 40, 0})).path, "nvidia-fs");  // in four parts each
  EXPECT_EQ(path_of(evidence_of(10, {0, 0, 10})).path, "compat");
  EXPECT_EQ(path_of(evidence_of(10, {9, 0, 1})).path, "mixed");
  EXPECT_EQ(path_of(evidence_of(10, {9, 0, 0})).path, "unknown");
  EXPECT_EQ(path_of(evidence_of(10, {0, 0, 0})).path, "unknown");
  EXPECT_EQ(path_of(evidence_of(0, {0, 0, 0})).path, "unknown");
  const CuFilePath parts = path_of(evidence_of(10, {20, 0, 0, 40}));  // and as many by what?
  EXPECT_EQ(parts.path, "unknown");
  EXPECT_TRUE(parts.seen.starts_with("of 10 calls cuFile counted 20 by p2pdma of 40 in all; "));
  EXPECT_TRUE(path_of(evidence_of(10, {9, 0, 1}))
                  .seen.starts_with("of 10 calls cuFile counted 9 by p2pdma, 1 by compat; "));
  EXPECT_TRUE(path_of(evidence_of(10, {})).seen.starts_with("of 10 calls cuFile counted none; "));
}

TEST(CuFilePath, OfALibraryThatCountsNothingNvidiaFsMayTell) {
  CuFileEvidence evidence;
  evidence.calls = 10;
  evidence.compat_allowed = false;
  EXPECT_EQ(path_of(evidence).path, "unknown");
  evidence.nvidia_fs = "2.24.3";
  EXPECT_EQ(path_of(evidence).path, "unknown");  // loaded is not used
  evidence.nvidia_fs_before = 100;
  evidence.nvidia_fs_after = 109;
  EXPECT_EQ(path_of(evidence).path, "unknown");
  evidence.nvidia_fs_after = 110;
  EXPECT_EQ(path_of(evidence).path, "nvidia-fs");
  for (const std::optional<bool> allowed : {std::optional(true), std::optional<bool>()}) {
    evidence.compat_allowed = allowed;
    EXPECT_EQ(path_of(evidence).path, "unknown");
  }
}

TEST_F(CuFile, NvidiaFsIsReadFromItsOwnFiles) {
  const std::string folder = directory_ + "/nvidia-fs";
  EXPECT_EQ(nvidia_fs_version(folder), "");
  EXPECT_EQ(nvidia_fs_calls(folder, Operation::read), std::nullopt);
  const std::string lines =
      " peer IO stats: Enabled\nLogging level: info\n\n"
      "Active Process: 1\nReads                           : n=65 ok=64 err=1 readMiB=64\n"
      "Reads                           : Bandwidth(MiB/s)=0 Avg-Latency(usec)=0\n"
      "Sparse Reads                    : n=6 io=0 holes=0 pages=0\n"
      "Writes                          : n=9 ok=7 err=2 writeMiB=9\n";
  write_nvidia_fs("GDS Version: 1.7.2.10\nIO stats: Enabled," + lines);
  EXPECT_EQ(nvidia_fs_version(folder), "2.24.3");
  EXPECT_EQ(nvidia_fs_calls(folder, Operation::read), 64U);
  EXPECT_EQ(nvidia_fs_calls(folder, Operation::write), 7U);
  write_nvidia_fs("GDS Version: 1.7.2.10\nIO stats: Disabled," + lines);
  EXPECT_EQ(nvidia_fs_calls(folder, Operation::read), std::nullopt);
  write_nvidia_fs("IO stats: Enabled\nReads : \n");
  EXPECT_EQ(nvidia_fs_calls(folder, Operation::read), std::nullopt);
}

}  // namespace
}  // namespace assay

#include "runners/plan/suite.hpp"

#include <gtest/gtest.h>

#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

std::string error_of(const std::string& toml) {
  try {
    parse_suite(toml, "my.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

const std::string head = "name = \"mine\"\nduration = \"2s\"\n";
const std::string row =
    "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\nqueue_depth = 1\n";

TEST(Suite, QuickHasTheCasesOfTheIssueTableOnceEach) {
  const Suite quick = load_suite("quick");
  std::size_t storage = 0;
  std::size_t memory = 0;
  for (const SuiteRow& one : quick.rows) {
    if (one.family == Family::storage) {
      storage +=
          one.workloads.size() * one.storage.block_sizes.size() * one.storage.queue_depths.size();
    }
    if (one.family == Family::memory) memory += one.workloads.size() * one.memory.threads.size();
  }
  EXPECT_EQ(storage, 19U);
  EXPECT_EQ(memory, 9U);
}

TEST(Suite, AcceptsScalarsAndLists) {
  const Suite suite = parse_suite(
      head +
          "warm_up = 0.5\nfile_size = \"64MiB\"\n[[storage]]\nworkload = [\"random-read\", "
          "\"random-write\"]\nblock_size = [4096, \"1m\"]\nqueue_depth = [1, 32]\n"
          "duration = \"10s\"\n[[memory]]\nworkload = \"copy\"\nthreads = [1, \"all\"]\n",
      "my.toml");
  EXPECT_EQ(suite.warm_up_s, 0.5);
  EXPECT_EQ(suite.file_size_bytes, 64U << 20);
  ASSERT_EQ(suite.rows.size(), 2U);
  EXPECT_EQ(suite.rows[0].storage.block_sizes, (std::vector<std::uint64_t>{4096, 1U << 20}));
  EXPECT_EQ(suite.rows[0].duration_s, 10);
  EXPECT_EQ(suite.rows[1].memory.threads, (std::vector<std::uint32_t>{1, 0}));
}

TEST(Suite, ErrorsNameLineAndColumnAndWhatIsAllowed) {
  EXPECT_NE(error_of(head + "oops").find("my.toml:3:"), std::string::npos);
  EXPECT_EQ(error_of(head + "durations = 3\n" + row),
            "my.toml:3:1: unknown key 'durations' (did you mean 'duration'?)");
  EXPECT_EQ(error_of(head + "[[storage]]\nblok_size = 1\n"),
            "my.toml:4:1: unknown key 'blok_size' (did you mean 'block_size'?)");
  EXPECT_EQ(error_of(head + "[[storage]]\nworkload = \"random-reed\"\nblock_size = \"4k\"\n"
                            "queue_depth = 1\n"),
            "my.toml:4:12: unknown workload 'random-reed' (did you mean 'random-read'?)");
  EXPECT_NE(error_of("duration = 1\n" + row).find("'name' is missing"), std::string::npos);
  EXPECT_NE(error_of(head).find("has no cases"), std::string::npos);
  EXPECT_NE(error_of(head + "[storage]\nworkload = \"random-read\"\n").find("[[storage]]"),
            std::string::npos);
  EXPECT_NE(
      error_of(head + "[[memory]]\nworkload = \"copy\"\nthreads = \"some\"\n").find("\"all\""),
      std::string::npos);
}

TEST(Suite, ValuesOutOfRangeAreRefused) {
  const auto with = [](const std::string& block_size, const std::string& depth) {
    return error_of(head + "[[storage]]\nworkload = \"random-read\"\nblock_size = " + block_size +
                    "\nqueue_depth = " + depth + "\n");
  };
  EXPECT_EQ(with("\"4k\"", "4096"), "accepted");
  EXPECT_NE(with("\"4k\"", "0").find("from 1 to 4096"), std::string::npos);
  EXPECT_NE(with("\"4k\"", "5000").find("from 1 to 4096"), std::string::npos);
  EXPECT_NE(with("\"4k\"", "1.5").find("whole number"), std::string::npos);
  EXPECT_NE(with("\"4k\"", "[]").find("list is empty"), std::string::npos);
  EXPECT_NE(with("512", "1").find("multiple of 4k"), std::string::npos);
  EXPECT_NE(with("\"1g\"", "1").find("at most 16m"), std::string::npos);
  EXPECT_NE(with("-4096", "1").find("expected a size"), std::string::npos);
  EXPECT_NE(with("true", "1").find("text in quotes"), std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\nduration = \"0s\"\n" + row).find("duration"),
            std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\nduration = nan\n" + row).find("duration"), std::string::npos);
  EXPECT_NE(error_of(head + "file_size = \"4k\"\n" + row).find("at least 1MiB"), std::string::npos);
}

TEST(Suite, ALogIsMeasuredAtDepthOneOnly) {
  EXPECT_NE(error_of(head + "[[storage]]\nworkload = \"write-dsync\"\nblock_size = \"4k\"\n"
                            "queue_depth = [1, 4]\n")
                .find("queue_depth = 1 only"),
            std::string::npos);
}

TEST(Suite, ARateMakesAnOpenLoop) {
  const std::string base = head +
                           "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\n"
                           "queue_depth = 128\n";
  EXPECT_EQ(parse_suite(base, "x").rows[0].storage.arrival, Arrival::closed);
  const Suite constant = parse_suite(base + "rate = [1000, 2500.5]\n", "x");
  EXPECT_EQ(constant.rows[0].storage.arrival, Arrival::constant);
  EXPECT_EQ(constant.rows[0].storage.rates_per_s, (std::vector<double>{1000, 2500.5}));
  EXPECT_EQ(parse_suite(base + "rate = 10\narrival = \"poisson\"\n", "x").rows[0].storage.arrival,
            Arrival::poisson);
  EXPECT_NE(error_of(base + "arrival = \"poisson\"\n").find("needs a rate"), std::string::npos);
  EXPECT_NE(error_of(base + "rate = 0\n").find("from 1 to"), std::string::npos);
  EXPECT_NE(error_of(base + "rate = 5\narrival = \"closed\"\n").find("\"poisson\""),
            std::string::npos);
  EXPECT_NE(suite_sha256(constant), suite_sha256(parse_suite(base, "x")));
}

TEST(Suite, TheBaselineEngineHasDepthOne) {
  const auto with = [](const std::string& engine, const std::string& depth) {
    return error_of(head + "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\n" +
                    "engine = \"" + engine + "\"\nqueue_depth = " + depth + "\n");
  };
  EXPECT_EQ(with("pread", "1"), "accepted");
  EXPECT_EQ(with("io_uring", "[1, 64]"), "accepted");
  EXPECT_NE(with("pread", "[1, 64]").find("queue_depth = 1 only"), std::string::npos);
  EXPECT_NE(with("prad", "1").find("did you mean 'pread'"), std::string::npos);
}

TEST(Suite, AnUnknownNameGetsTheNearestAndTheFileRule) {
  try {
    load_suite("quik");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'quick'"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(".toml"), std::string::npos);
  }
  EXPECT_THROW(load_suite("/nonexistent/suite.toml"), UsageError);
}

TEST(Suite, HashFollowsTheCasesNotTheWords) {
  const auto hash = [](const std::string& toml) { return suite_sha256(parse_suite(toml, "x")); };
  const std::string base = hash(head + row);
  EXPECT_EQ(hash("# comment\nname = \"other\"\ndescription = \"d\"\nduration = 2\n" + row), base);
  EXPECT_NE(hash("name = \"mine\"\nduration = 3\n" + row), base);
  EXPECT_NE(hash(head + "warm_up = 1\n" + row), base);
  EXPECT_NE(hash(head + row + row), base);
}

TEST(Suite, DurationOptionReplacesEveryDuration) {
  RunOptions options;
  options.duration_s = 7;
  const Suite suite = apply_options(load_suite("quick"), options);
  EXPECT_EQ(suite.duration_s, 7);
  for (const SuiteRow& one : suite.rows) EXPECT_FALSE(one.duration_s.has_value());
}

}  // namespace
}  // namespace assay

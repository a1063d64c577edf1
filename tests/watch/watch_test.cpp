#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "runners/watch/journal_upload.hpp"
#include "runners/watch/periodic_thread.hpp"
#include "runners/watch/spot_watch.hpp"
#include "tests/discovery/fixtures.hpp"
#include "tests/identity/fake_imds.hpp"

namespace assay {
namespace {

using std::chrono::milliseconds;

TEST(SpotNotice, Words) {
  EXPECT_EQ(spot_notice_text(R"({"action": "terminate", "time": "2026-01-31T12:02:00Z"})"),
            "EC2's spot notice (terminate at 2026-01-31T12:02:00Z)");
  EXPECT_EQ(spot_notice_text(R"({"action":"hibernate"})"), "EC2's spot notice (hibernate)");
  for (const char* text : {"", "<html>", "[]", "{}", R"({"action":"dance"})", R"({"action":7})"}) {
    EXPECT_EQ(spot_notice_text(text), "") << text;
  }
}

struct Heard {
  std::vector<std::string> notices;
  std::vector<std::string> advice;
  SpotWatch watch(const FakeServer& server) {
    return {options_for(server), [this](const std::string& words) { notices.push_back(words); },
            [this](const std::string& words) { advice.push_back(words); }};
  }
};

TEST(SpotWatch, ANoticeIsToldOnce) {
  auto items = example_items();
  const FakeServer quiet(imds_v2(items));
  Heard heard;
  SpotWatch none = heard.watch(quiet);
  none.ask();
  EXPECT_TRUE(heard.notices.empty());
  items["meta-data/spot/instance-action"] = R"({"action":"stop","time":"2026-01-31T12:02:00Z"})";
  const FakeServer server(imds_v2(items));
  SpotWatch marked = heard.watch(server);
  marked.ask();
  marked.ask();
  EXPECT_EQ(heard.notices.size(), 1U);
}

TEST(SpotWatch, ARecommendationIsNoReasonToStop) {
  auto items = example_items();
  items["meta-data/events/recommendations/rebalance"] = R"({"noticeTime":"2026-01-31T12:02:00Z"})";
  const FakeServer server(imds_v2(items));
  Heard heard;
  SpotWatch watch = heard.watch(server);
  watch.ask();
  watch.ask();
  EXPECT_TRUE(heard.notices.empty());
  EXPECT_EQ(heard.advice.size(), 1U);
}

TEST(SpotWatch, AServiceThatFailsIsNoNotice) {
  const FakeServer server([](const ReceivedRequest&) { return http_answer(500); });
  Heard heard;
  SpotWatch watch = heard.watch(server);
  watch.ask();
  EXPECT_TRUE(heard.notices.empty());
}

TEST(PeriodicThread, StepsAndEndsAtOnce) {
  std::atomic<int> steps{0};
  {
    const PeriodicThread thread(milliseconds(1), [&] { ++steps; });
    while (steps < 3) std::this_thread::sleep_for(milliseconds(1));
  }
  const int at_end = steps;
  {
    const PeriodicThread slow(std::chrono::hours(1), [&] { ++steps; });
  }
  EXPECT_EQ(steps, at_end + 1);
}

TEST(JournalUpload, OnlyWhatHasGrownAndTroubleIsToldOnce) {
  const ScratchDirectory scratch;
  const auto path = scratch.write("journal.ndjson", "{}\n");
  std::atomic<bool> refuse{true};
  const FakeServer server([&](const ReceivedRequest&) { return http_answer(refuse ? 403 : 200); });
  UploadSetting setting;
  setting.destination = parse_destination(server.url() + "/x");
  setting.folder = "f";
  std::vector<std::string> trouble;
  JournalUpload upload(setting, path, [&](const std::string& words) { trouble.push_back(words); });
  upload.step();
  upload.step();  // too soon
  EXPECT_EQ(server.received().size(), 1U);
  EXPECT_EQ(trouble.size(), 1U);
  refuse = false;
  JournalUpload fresh(setting, path, [&](const std::string& words) { trouble.push_back(words); });
  fresh.step();
  fresh.step();
  EXPECT_EQ(server.received().size(), 2U);
  EXPECT_EQ(server.received().at(1).body, "{}\n");
  EXPECT_EQ(trouble.size(), 1U);
}

}  // namespace
}  // namespace assay

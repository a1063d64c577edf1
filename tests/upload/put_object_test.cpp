#include "runners/upload/put_object.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/http/fake_server.hpp"

namespace assay {
namespace {

using std::chrono::milliseconds;

/// Short pauses; the time is long enough for a machine that stands still for a while.
RetryRules quick_rules() {
  return {milliseconds(60'000), milliseconds(1), milliseconds(4), milliseconds(20'000)};
}

UploadSetting setting_for(const FakeServer& server) {
  UploadSetting setting;
  setting.destination = parse_destination(server.url() + "/runs");
  setting.folder = "i-0123456789abcdef0";
  return setting;
}

std::string error_with(const FakeServer::Handler& handler, Existing existing = Existing::replace,
                       const RetryRules& rules = quick_rules()) {
  const FakeServer server(handler);
  try {
    put_object(setting_for(server), UploadObject::result, "{}", existing, rules);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "uploaded";
}

TEST(PutObject, PathTypeAndCondition) {
  const FakeServer server([](const ReceivedRequest&) { return http_answer(200); });
  put_object(setting_for(server), UploadObject::result, "{}", Existing::only_new, quick_rules());
  put_object(setting_for(server), UploadObject::report, "<p>", Existing::replace, quick_rules());
  const auto requests = server.received();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].target, "/runs/i-0123456789abcdef0/result.json");
  EXPECT_EQ(requests[0].headers.at("if-none-match"), "*");
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(requests[1].headers.count("if-none-match"), 0U);
  EXPECT_EQ(requests[1].headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(requests[1].body, "<p>");
}

TEST(PutObject, WhatPassesIsTriedAgain) {
  for (const char* answer : {"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 429 x\r\nContent-Length: 0\r\n\r\n", "", "HTTP/1.1 2"}) {
    std::atomic<int> count{0};
    EXPECT_EQ(error_with([&](const ReceivedRequest&) {
                return ++count <= 5 ? std::string(answer) : http_answer(200);
              }),
              "uploaded");
    EXPECT_EQ(count, 6);
  }
}

TEST(PutObject, GivesUpWhenTheTimeIsUp) {
  RetryRules rules = quick_rules();
  rules.total = milliseconds(2000);
  const std::string words =
      error_with([](const ReceivedRequest&) { return http_answer(503); }, Existing::replace, rules);
  EXPECT_NE(words.find("until the time was up"), std::string::npos) << words;
}

TEST(PutObject, ARefusalIsNotTriedAgain) {
  std::atomic<int> count{0};
  const std::string words = error_with([&](const ReceivedRequest&) {
    ++count;
    return http_answer(403,
                       "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message>"
                       "<StringToSign>AKIDSECRET</StringToSign></Error>");
  });
  EXPECT_EQ(count, 1);
  EXPECT_NE(words.find("SignatureDoesNotMatch (m)"), std::string::npos) << words;
  EXPECT_EQ(words.find("AKIDSECRET"), std::string::npos);
}

TEST(PutObject, AResultThatIsThereIsNotOverwritten) {
  const auto there = [](const ReceivedRequest&) { return http_answer(412); };
  EXPECT_NE(error_with(there, Existing::only_new).find("not overwritten"), std::string::npos);
  // An attempt whose answer was lost has arrived after all.
  std::atomic<int> count{0};
  EXPECT_EQ(
      error_with(
          [&](const ReceivedRequest&) { return ++count == 1 ? std::string() : http_answer(412); },
          Existing::only_new),
      "uploaded");
}

TEST(PutObject, AFileOfUrlsMayLackAnObject) {
  UploadSetting setting;
  setting.destination = parse_presigned("f", "result https://h/r\n");
  EXPECT_TRUE(has_place_for(setting, UploadObject::result));
  EXPECT_FALSE(has_place_for(setting, UploadObject::log));
}

}  // namespace
}  // namespace assay

#include "runners/http/http.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "runners/usage_error.hpp"
#include "tests/http/fake_server.hpp"

namespace assay {
namespace {

using std::chrono::milliseconds;

HttpResponse get(const FakeServer& server, HttpLimits limits = {}) {
  HttpRequest request;
  request.url = parse_url(server.url() + "/a?b=c");
  return http_request(request, limits);
}

std::string error_of(const std::string& answer, HttpLimits limits = {}) {
  const FakeServer server([&](const ReceivedRequest&) { return answer; });
  try {
    const HttpResponse response = get(server, limits);
    return "answered " + std::to_string(response.status);
  } catch (const HttpError& error) {
    return error.what();
  }
}

TEST(Url, PartsAndAuthority) {
  const Url url = parse_url("https://bucket.s3.amazonaws.com/a%20b/c?X-Amz-Signature=1#f");
  EXPECT_EQ(url.host, "bucket.s3.amazonaws.com");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(url.target, "/a%20b/c?X-Amz-Signature=1");
  EXPECT_EQ(url.authority(), "bucket.s3.amazonaws.com");
  EXPECT_EQ(parse_url("http://[fd00:ec2::254]/x").host, "fd00:ec2::254");
  EXPECT_EQ(parse_url("http://[fd00:ec2::254]:81").authority(), "[fd00:ec2::254]:81");
  EXPECT_EQ(parse_url("http://h?q").target, "/?q");
}

TEST(Url, RefusesInWordsWithoutTheQuery) {
  for (const char* text : {"ftp://h/x?secret", "h/x?secret", "https:///x?secret",
                           "http://h:0/?secret", "http://h:99999/?secret", "http://h/\n?secret",
                           "http://u:secret@h/", "http://h/a b?secret"}) {
    try {
      parse_url(text);
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    }
  }
}

TEST(Url, PercentEncoding) {
  EXPECT_EQ(percent_encoded("a b/~é", Slashes::keep), "a%20b/~%C3%A9");
  EXPECT_EQ(percent_encoded("a/b", Slashes::encode), "a%2Fb");
}

TEST(Http, SendsAndReceives) {
  const FakeServer server([](const ReceivedRequest& request) {
    return http_answer(200, request.method + request.body, "ETag: \"1\"\r\n");
  });
  HttpRequest request;
  request.method = "PUT";
  request.url = parse_url(server.url() + "/x");
  request.headers["Content-Type"] = "text/plain";
  const std::string body(3 << 20, 'z');
  request.body = body;
  HttpLimits limits;
  limits.body_bytes_max = 4 << 20;
  const HttpResponse response = http_request(request, limits);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "PUT" + body);
  EXPECT_EQ(response.headers.at("etag"), "\"1\"");
  EXPECT_EQ(server.received().at(0).headers.at("content-type"), "text/plain");
}

TEST(Http, ChunkedAndUntilClose) {
  EXPECT_EQ(error_of("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
            "answered 200");
  const FakeServer server(
      [](const ReceivedRequest&) { return std::string("HTTP/1.0 200 x\r\n\r\nabc"); });
  EXPECT_EQ(get(server).body, "abc");
}

TEST(Http, WhatIsNotHttpIsToldInWords) {
  EXPECT_NE(error_of("").find("the connection was closed"), std::string::npos);
  EXPECT_NE(error_of("SSH-2.0-x\r\n").find("no status line"), std::string::npos);
  EXPECT_NE(error_of("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nabc").find("cut off"),
            std::string::npos);
  EXPECT_NE(error_of("HTTP/1.1 200 x\r\nContent-Length: -1\r\n\r\n").find("no number"),
            std::string::npos);
  EXPECT_NE(error_of("HTTP/1.1 200 x\r\nContent-Length: 99999999999\r\n\r\n").find("too long"),
            std::string::npos);
  EXPECT_NE(error_of("HTTP/1.1 200 x\r\nno colon\r\n\r\n").find("colon"), std::string::npos);
  EXPECT_NE(error_of(std::string(200'000, 'a')).find("endless"), std::string::npos);
}

TEST(Http, OneLimitHoldsForTheWholeRequest) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const FakeServer server([released](const ReceivedRequest&) {
    released.wait_for(std::chrono::seconds(30));  // else the answer comes, and nothing is thrown
    return http_answer(200);
  });
  HttpLimits limits;
  limits.total = milliseconds(200);
  EXPECT_THROW(get(server, limits), HttpError);
  release.set_value();
}

TEST(Http, NoProxyIsUsed) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  EXPECT_EQ(error_of(http_answer(204)), "answered 204");
  unsetenv("http_proxy");
}

TEST(Http, NobodyListens) {
  HttpRequest request;
  request.url = parse_url("http://127.0.0.1:1/?secret");
  try {
    http_request(request, {});
    ADD_FAILURE();
  } catch (const HttpError& error) {
    EXPECT_STREQ(error.what(), "127.0.0.1: cannot connect: Connection refused");
    EXPECT_NE(dynamic_cast<const NotSent*>(&error), nullptr);  // it has not arrived
  }
}

}  // namespace
}  // namespace assay

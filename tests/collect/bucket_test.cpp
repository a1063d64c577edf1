#include "runners/collect/bucket.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/http/fake_server.hpp"

namespace assay {
namespace {

using std::chrono::milliseconds;

class BucketTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    unsetenv("AWS_SESSION_TOKEN");
  }

  static Bucket bucket_at(const FakeServer& server) {
    return Bucket({"some-bucket", "eu-west-1", server.url(), {}},
                  {milliseconds(60'000), milliseconds(1), milliseconds(4), milliseconds(20'000)});
  }
};

std::string one_page(const std::string& key, const std::string& next) {
  const std::string more = next.empty() ? ""
                                        : "<IsTruncated>true</IsTruncated><NextContinuationToken>" +
                                              next + "</NextContinuationToken>";
  return http_answer(200, "<ListBucketResult><Contents><Key>" + key + "</Key></Contents>" + more +
                              "</ListBucketResult>");
}

TEST_F(BucketTest, PageAfterPage) {
  const FakeServer server([](const ReceivedRequest& request) {
    if (request.target.find("continuation-token=t%2B%2F1%3D") != std::string::npos) {
      return one_page("p/b", "t2");
    }
    return request.target.find("token=t2") != std::string::npos ? one_page("p/c", "")
                                                                : one_page("p/a", "t+/1=");
  });
  Bucket bucket = bucket_at(server);
  const auto objects = bucket.list("p q/r");
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[2].key, "p/c");
  const auto requests = server.received();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].target, "/some-bucket?list-type=2&encoding-type=url&prefix=p%20q%2Fr%2F");
  EXPECT_NE(requests[0].headers.at("authorization").find("/eu-west-1/s3/aws4_request"),
            std::string::npos);
}

TEST_F(BucketTest, APageThatComesAgainEndsIt) {
  const FakeServer server([](const ReceivedRequest&) { return one_page("p/a", "same"); });
  Bucket bucket = bucket_at(server);
  EXPECT_THROW(bucket.list("p"), std::runtime_error);
  EXPECT_EQ(server.received().size(), 2U);
}

TEST_F(BucketTest, ABusyServerIsAskedAgainAndAnObjectHasItsEtag) {
  int count = 0;
  const FakeServer server([&](const ReceivedRequest&) {
    return ++count < 3 ? http_answer(503) : http_answer(200, "body", "ETag: \"e\"\r\n");
  });
  Bucket bucket = bucket_at(server);
  const FetchedObject object = bucket.get("a/type=x/\xc3\xa9.json", 100);
  EXPECT_EQ(object.body, "body");
  EXPECT_EQ(object.etag, "\"e\"");
  EXPECT_EQ(server.received().back().target, "/some-bucket/a/type%3Dx/%C3%A9.json");
  EXPECT_EQ(count, 3);
}

TEST_F(BucketTest, RefusalsNameThePermission) {
  const FakeServer server([](const ReceivedRequest&) { return http_answer(403); });
  Bucket bucket = bucket_at(server);
  try {
    bucket.get("k", 100);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("s3:GetObject"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace assay

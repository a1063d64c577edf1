#include "runners/identity/imds_client.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <future>

#include "runners/usage_error.hpp"
#include "tests/identity/fake_imds.hpp"

namespace assay {
namespace {

std::string error_with(const FakeServer::Handler& handler) {
  const FakeServer server(handler);
  try {
    ImdsClient(options_for(server)).get("/latest/meta-data/instance-id");
  } catch (const ImdsError& error) {
    return error.what();
  }
  return "answered";
}

TEST(ImdsClient, TokenFirstThenItems) {
  const FakeServer server(imds_v2(example_items()));
  ImdsClient client(options_for(server));
  EXPECT_EQ(client.get("/latest/meta-data/instance-type"), "i4i.8xlarge");
  EXPECT_EQ(client.get("/latest/meta-data/spot/instance-action"), std::nullopt);
  const auto requests = server.received();
  ASSERT_EQ(requests.size(), 3U);  // one token for both
  EXPECT_EQ(requests[0].method, "PUT");
  EXPECT_EQ(requests[0].headers.at("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
}

TEST(ImdsClient, AServiceOfVersionOneOnlyIsNoService) {
  std::atomic<int> gets{0};
  const std::string words = error_with([&](const ReceivedRequest& request) {
    if (request.method == "PUT") return http_answer(404);
    ++gets;
    return http_answer(200, "i-0123456789abcdef0");
  });
  EXPECT_NE(words.find("version 1 is not used"), std::string::npos) << words;
  EXPECT_EQ(gets, 0);
}

TEST(ImdsClient, AnExpiredTokenIsRenewedOnce) {
  std::atomic<int> tokens{0};
  const FakeServer server([&](const ReceivedRequest& request) {
    if (request.method == "PUT") return http_answer(200, "T" + std::to_string(++tokens));
    const bool fresh = request.headers.at("x-aws-ec2-metadata-token") == "T2";
    return fresh ? http_answer(200, "x") : http_answer(401);
  });
  ImdsClient client(options_for(server));
  EXPECT_EQ(client.get("/latest/a"), "x");
  EXPECT_EQ(tokens, 2);
}

TEST(ImdsClient, AFreshTokenThatIsRefusedIsAnError) {
  std::atomic<int> tokens{0};
  const std::string words = error_with([&](const ReceivedRequest& request) {
    return request.method == "PUT" ? http_answer(200, "T" + std::to_string(++tokens))
                                   : http_answer(401);
  });
  EXPECT_NE(words.find("401"), std::string::npos);
  EXPECT_EQ(tokens, 2);
}

TEST(ImdsClient, EachRefusalHasItsWords) {
  const auto always = [](const std::string& answer) {
    return error_with([answer](const ReceivedRequest&) { return answer; });
  };
  EXPECT_NE(always(http_answer(400)).find("400"), std::string::npos);
  EXPECT_NE(always(http_answer(403)).find("switched off"), std::string::npos);
  EXPECT_NE(always(http_answer(200, "<html>\n hello")).find("no token"), std::string::npos);
  EXPECT_NE(always(http_answer(200, "")).find("no token"), std::string::npos);
  EXPECT_NE(always("").find("does not answer"), std::string::npos);
  EXPECT_NE(always("\x01\x02\x03\n").find("does not answer"), std::string::npos);
}

TEST(ImdsClient, AServiceThatIsBusyIsAskedAgain) {
  std::atomic<int> requests{0};
  const FakeServer server([&](const ReceivedRequest& request) {
    if (++requests % 2 == 1) return http_answer(503);
    return imds_v2(example_items())(request);
  });
  EXPECT_EQ(ImdsClient(options_for(server)).get("/latest/meta-data/ami-id"),
            "ami-0abcdef1234567890");
}

TEST(ImdsClient, ASlowServiceEndsInTime) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const FakeServer server([released](const ReceivedRequest& request) {
    released.wait_for(std::chrono::seconds(20));  // else all is answered, and nothing is thrown
    return imds_v2(example_items())(request);
  });
  ImdsOptions options = options_for(server);
  options.timeout = std::chrono::milliseconds(50);
  EXPECT_THROW(ImdsClient(options).get("/latest/meta-data/ami-id"), ImdsError);
  release.set_value();
}

class Environment : public testing::Test {
 protected:
  void TearDown() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
  }
  void set(const char* name, const char* value) {
    setenv(name, value, 1);
    set_.emplace_back(name);
  }

 private:
  std::vector<std::string> set_;
};

TEST_F(Environment, Defaults) {
  const ImdsOptions options = imds_options_from_environment();
  EXPECT_EQ(options.endpoint, "http://169.254.169.254");
  EXPECT_FALSE(options.endpoint_given);
  EXPECT_FALSE(options.disabled);
  EXPECT_LE(options.timeout, std::chrono::seconds(1));
}

TEST_F(Environment, IsHonoured) {
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
  EXPECT_EQ(imds_options_from_environment().endpoint, "http://[fd00:ec2::254]");
  set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9/");
  set("AWS_EC2_METADATA_DISABLED", "TRUE");
  set("AWS_METADATA_SERVICE_TIMEOUT", "0.25");
  set("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "5");
  const ImdsOptions options = imds_options_from_environment();
  EXPECT_EQ(options.endpoint, "http://127.0.0.1:9");
  EXPECT_TRUE(options.endpoint_given);
  EXPECT_TRUE(options.disabled);
  EXPECT_EQ(options.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(options.attempts, 5);
}

TEST_F(Environment, NonsenseIsRefused) {
  for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
           {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5"},
           {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254"},
           {"AWS_METADATA_SERVICE_TIMEOUT", "soon"},
           {"AWS_METADATA_SERVICE_TIMEOUT", "-1"},
           {"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0"}}) {
    setenv(name, value, 1);
    EXPECT_THROW(imds_options_from_environment(), UsageError) << name;
    unsetenv(name);
  }
}

}  // namespace
}  // namespace assay

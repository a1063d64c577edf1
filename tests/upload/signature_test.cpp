#include "runners/upload/signature.hpp"

#include <gtest/gtest.h>

#include "reports/sha256.hpp"

namespace assay {
namespace {

HttpRequest request_to(const std::string& method, const std::string& url) {
  HttpRequest request;
  request.method = method;
  request.url = parse_url(url);
  return request;
}

std::string signature_of(HttpRequest request, const AwsCredentials& credentials,
                         const SigningScope& scope, const std::string& body = "") {
  sign_request(request, credentials, scope, sha256_hex(body));
  const std::string& text = request.headers.at("Authorization");
  return text.substr(text.rfind("Signature=") + 10);
}

// Vectors of AWS: "Signature Version 4 test suite" (get-vanilla, post-vanilla,
// get-vanilla-query-order-key-case).
const AwsCredentials suite_keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
const SigningScope suite_scope{"us-east-1", "service", "20150830T123600Z"};

TEST(Signature, VectorsOfTheTestSuite) {
  EXPECT_EQ(
      signature_of(request_to("GET", "https://example.amazonaws.com/"), suite_keys, suite_scope),
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(
      signature_of(request_to("POST", "https://example.amazonaws.com/"), suite_keys, suite_scope),
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  EXPECT_EQ(
      signature_of(request_to("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1"),
                   suite_keys, suite_scope),
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

// Vectors of AWS: "Examples: Signature Calculations" for S3, the Authorization header in one chunk.
const AwsCredentials s3_keys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                             ""};
const SigningScope s3_scope{"us-east-1", "s3", "20130524T000000Z"};

TEST(Signature, VectorsOfS3) {
  HttpRequest get = request_to("GET", "https://examplebucket.s3.amazonaws.com/test.txt");
  get.headers["Range"] = "bytes=0-9";
  get.headers["x-amz-content-sha256"] = sha256_hex("");
  EXPECT_EQ(signature_of(get, s3_keys, s3_scope),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

  const std::string body = "Welcome to Amazon S3.";
  HttpRequest put = request_to("PUT", "https://examplebucket.s3.amazonaws.com/test%24file.text");
  put.headers["Date"] = "Fri, 24 May 2013 00:00:00 GMT";
  put.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
  put.headers["x-amz-content-sha256"] = sha256_hex(body);
  EXPECT_EQ(signature_of(put, s3_keys, s3_scope, body),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

  for (const auto& [query, signature] : std::vector<std::pair<std::string, std::string>>{
           {"?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
           {"?max-keys=2&prefix=J",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"}}) {
    HttpRequest list = request_to("GET", "https://examplebucket.s3.amazonaws.com/" + query);
    list.headers["x-amz-content-sha256"] = sha256_hex("");
    EXPECT_EQ(signature_of(list, s3_keys, s3_scope), signature) << query;
  }
}

/// No server that could be tested against refuses a request for this; Amazon does.
TEST(Signature, EveryHeaderIsSigned) {
  HttpRequest request = request_to("PUT", "https://b.s3.us-east-1.amazonaws.com/k");
  request.headers["x-amz-content-sha256"] = sha256_hex("");
  request.headers["x-amz-storage-class"] = "STANDARD";
  request.headers["Content-Type"] = "application/json";
  request.headers["If-None-Match"] = "*";
  sign_request(request, {"AKIDEXAMPLE", "secret", "TOKEN"}, s3_scope, sha256_hex(""));
  EXPECT_EQ(request.headers.at("x-amz-security-token"), "TOKEN");
  EXPECT_NE(request.headers.at("Authorization")
                .find("SignedHeaders=content-type;host;if-none-match;x-amz-content-sha256;"
                      "x-amz-date;x-amz-security-token;x-amz-storage-class, "),
            std::string::npos)
      << request.headers.at("Authorization");
  EXPECT_EQ(request.headers.at("Authorization").find("secret"), std::string::npos);
}

TEST(Signature, BlanksInValuesAreOne) {
  HttpRequest request = request_to("GET", "https://h:8443/");
  request.headers["X-B"] = "  a   b ";
  EXPECT_EQ(canonical_request(request, "HASH"), "GET\n/\n\nhost:h:8443\nx-b:a b\n\nhost;x-b\nHASH");
}

}  // namespace
}  // namespace assay

#pragma once

#include <string>

#include "runners/http/http.hpp"

namespace assay {

/// Never printed, never written anywhere.
struct AwsCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // of a role; empty for a user's own keys
};

/// What a signature is good for. `time_utc` is like 20150830T123600Z.
struct SigningScope {
  std::string region;
  std::string service = "s3";
  std::string time_utc;
};

/// Signs with AWS Signature Version 4: adds x-amz-date, x-amz-security-token where there is one,
/// and Authorization. Every header that the request has by then is signed, so that none that begins
/// with x-amz- can be left out; for S3 the caller has set x-amz-content-sha256. The URL's path must
/// be encoded as it is sent (S3 encodes once). Source: AWS, "Create a signed AWS API request".
void sign_request(HttpRequest& request, const AwsCredentials& credentials,
                  const SigningScope& scope, const std::string& payload_sha256);

/// The canonical request of that procedure; public for tests with published vectors.
std::string canonical_request(const HttpRequest& request, const std::string& payload_sha256);

}  // namespace assay

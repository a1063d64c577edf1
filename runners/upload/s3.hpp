#pragma once

#include <string>
#include <string_view>

#include "runners/http/http.hpp"
#include "runners/upload/signature.hpp"

namespace assay {

/// AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL, without slashes at its end; empty: Amazon's. Throws
/// UsageError where it is no URL.
std::string s3_endpoint_from_environment();

/// URL of `path`, which is encoded already, in a bucket (a query alone: of the bucket itself); an
/// `endpoint` is addressed by path.
std::string s3_url(const std::string& endpoint, const std::string& bucket, const std::string& path,
                   const std::string& region);

/// Signs a request whose URL and other headers are set; `body` is what is sent with it.
void sign_for_s3(HttpRequest& request, const AwsCredentials& credentials, const std::string& region,
                 std::string_view body);

/// The words for a refusal, from S3's error document where there is one. `action` is the permission
/// that a request like this takes, such as s3:PutObject; `set_region` stands before the region that
/// the bucket is in.
std::string refusal_text(const HttpResponse& response, const std::string& action,
                         const std::string& set_region = "set AWS_REGION=");

}  // namespace assay

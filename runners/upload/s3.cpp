#include "runners/upload/s3.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "reports/sha256.hpp"
#include "runners/http/url.hpp"

namespace assay {

namespace {

/// What a server says, for people: printable and short.
std::string printable(std::string value) {
  constexpr std::size_t length_max = 200;
  value.resize(std::min(value.size(), length_max));
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return value;
}

/// <Tag>text</Tag> of S3's error document; it holds no signature.
std::string element(const std::string& document, const std::string& tag) {
  const std::size_t begin = document.find("<" + tag + ">");
  if (begin == std::string::npos) return {};
  const std::size_t text = begin + tag.size() + 2;
  const std::size_t end = document.find('<', text);
  return printable(document.substr(text, end - text));
}

/// Now, as Signature Version 4 has it: 20150830T123600Z.
std::string utc_stamp() {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::time(nullptr)));
}

/// Where the bucket is, as S3 tells whoever asks elsewhere.
std::string region_of(const HttpResponse& response) {
  const auto header = response.headers.find("x-amz-bucket-region");
  if (header == response.headers.end()) return element(response.body, "Region");
  return printable(header->second);
}

}  // namespace

std::string s3_endpoint_from_environment() {
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    parse_url(value);
    const std::string text = value;
    return text.substr(0, text.find_last_not_of('/') + 1);
  }
  return {};
}

std::string s3_url(const std::string& endpoint, const std::string& bucket, const std::string& path,
                   const std::string& region) {
  // Of the bucket itself: its name ends the path, and a slash behind it would be signed too.
  const std::string in_path = bucket + (path.rfind('?', 0) == 0 ? "" : "/") + path;
  if (!endpoint.empty()) return fmt::format("{}/{}", endpoint, in_path);
  const std::string suffix = region.rfind("cn-", 0) == 0 ? "amazonaws.com.cn" : "amazonaws.com";
  // A certificate for *.s3... does not cover a bucket with a dot in its name.
  if (bucket.find('.') != std::string::npos) {
    return fmt::format("https://s3.{}.{}/{}", region, suffix, in_path);
  }
  return fmt::format("https://{}.s3.{}.{}/{}", bucket, region, suffix, path);
}

void sign_for_s3(HttpRequest& request, const AwsCredentials& credentials, const std::string& region,
                 std::string_view body) {
  const std::string hash = sha256_hex(body);
  request.headers["x-amz-content-sha256"] = hash;
  sign_request(request, credentials, {region, "s3", utc_stamp()}, hash);
}

std::string refusal_text(const HttpResponse& response, const std::string& action,
                         const std::string& set_region) {
  const std::string code = element(response.body, "Code");
  const std::string message = element(response.body, "Message");
  const auto date = response.headers.find("Date");
  std::string text = fmt::format("refused with {}", response.status);
  if (!code.empty()) text += " " + code;
  if (!message.empty()) text += fmt::format(" ({})", message);
  if (code == "RequestTimeTooSkewed" || message.find("not yet valid") != std::string::npos) {
    text +=
        fmt::format("; this machine's clock says {}, the server's {}: set the clock", utc_stamp(),
                    date == response.headers.end() ? "another time" : date->second);
  } else if (message.find("expired") != std::string::npos) {
    text += "; presign new URLs, or credentials that last longer";
  } else if (code == "SignatureDoesNotMatch" || code == "InvalidAccessKeyId") {
    text += "; the credentials are wrong, or the URL was presigned for another request";
  } else if (response.status == 403) {
    text += fmt::format("; the credentials or the URL do not allow {} there", action);
  } else if (response.status == 412) {
    text += "; there is a Result already, which is not overwritten: give another prefix";
  } else if ((response.status >= 300 && response.status < 400) ||
             code == "AuthorizationHeaderMalformed") {
    const std::string region = region_of(response);
    text += "; the bucket is in another region";
    if (!region.empty()) text += fmt::format(": {}{}", set_region, region);
  } else if (response.status == 404) {
    text += "; there is no such bucket or path";
  }
  return text;
}

}  // namespace assay

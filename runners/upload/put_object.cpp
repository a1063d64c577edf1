#include "runners/upload/put_object.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <thread>

#include "reports/sha256.hpp"
#include "runners/upload/role_credentials.hpp"
#include "runners/upload/signature.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string content_type_of(UploadObject object) {
  switch (object) {
    case UploadObject::report:
      return "text/html; charset=utf-8";
    case UploadObject::journal:
      return "application/x-ndjson";
    case UploadObject::log:
      return "text/plain; charset=utf-8";
    default:
      return "application/json";
  }
}

/// <Tag>text</Tag> of S3's error document, printable and short; it holds no signature.
std::string element(const std::string& document, const std::string& tag) {
  const std::size_t begin = document.find("<" + tag + ">");
  if (begin == std::string::npos) return {};
  const std::size_t text = begin + tag.size() + 2;
  const std::size_t end = document.find('<', text);
  std::string value = document.substr(text, std::min<std::size_t>(end - text, 200));
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return value;
}

std::string utc_stamp() {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::string s3_url(const UploadSetting& setting, const std::string& key,
                   const std::string& region) {
  const Destination& destination = setting.destination;
  const std::string path = percent_encoded(key, Slashes::keep);
  if (!setting.s3_endpoint.empty()) {
    return fmt::format("{}/{}/{}", setting.s3_endpoint, destination.bucket, path);
  }
  const std::string suffix = region.rfind("cn-", 0) == 0 ? "amazonaws.com.cn" : "amazonaws.com";
  // A certificate for *.s3... does not cover a bucket with a dot in its name.
  if (destination.bucket.find('.') != std::string::npos) {
    return fmt::format("https://s3.{}.{}/{}/{}", region, suffix, destination.bucket, path);
  }
  return fmt::format("https://{}.s3.{}.{}/{}", destination.bucket, region, suffix, path);
}

HttpRequest make_request(const UploadSetting& setting, UploadObject object, std::string_view body,
                         Existing existing) {
  const Destination& destination = setting.destination;
  HttpRequest request;
  request.method = "PUT";
  request.body = body;
  request.headers["Content-Type"] = content_type_of(object);
  if (existing == Existing::only_new) request.headers["If-None-Match"] = "*";
  const auto presigned = destination.presigned.find(object);
  const std::string name = fmt::format("{}/{}", setting.folder, file_name_of(object));
  if (presigned != destination.presigned.end()) {
    request.url = parse_url(presigned->second);
  } else if (!destination.http_prefix.empty()) {
    request.url = parse_url(destination.http_prefix + "/" + percent_encoded(name, Slashes::keep));
  } else {
    const std::string region = find_region(setting.imds);
    const std::string key =
        destination.key_prefix.empty() ? name : destination.key_prefix + "/" + name;
    request.url = parse_url(s3_url(setting, key, region));
    const std::string hash = sha256_hex(body);
    request.headers["x-amz-content-sha256"] = hash;
    sign_request(request, find_credentials(setting.imds), {region, "s3", utc_stamp()}, hash);
  }
  return request;
}

bool is_passing(int status) { return status == 408 || status == 429 || status >= 500; }

}  // namespace

UploadSetting upload_setting(const Destination& destination, const std::string& folder) {
  UploadSetting setting{destination, folder, imds_options_from_environment(), ""};
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    parse_url(value);
    const std::string text = value;
    setting.s3_endpoint = text.substr(0, text.find_last_not_of('/') + 1);
    break;
  }
  return setting;
}

bool has_place_for(const UploadSetting& setting, UploadObject object) {
  const auto& presigned = setting.destination.presigned;
  return presigned.empty() || presigned.count(object) == 1;
}

std::string refusal_text(const HttpResponse& response) {
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
    text += "; the role or the URL does not allow s3:PutObject there";
  } else if (response.status == 412) {
    text += "; there is a Result already, which is not overwritten: give another prefix";
  } else if (response.status >= 300 && response.status < 400) {
    const auto region = response.headers.find("x-amz-bucket-region");
    text +=
        region == response.headers.end()
            ? "; the bucket is in another region"
            : fmt::format("; the bucket is in another region: set AWS_REGION={}", region->second);
  } else if (response.status == 404) {
    text += "; there is no such bucket or path";
  }
  return text;
}

void put_object(const UploadSetting& setting, UploadObject object, std::string_view body,
                Existing existing, const RetryRules& rules) {
  const auto deadline = SteadyClock::now() + rules.total;
  milliseconds pause = rules.first_pause;
  bool may_be_there = false;
  const auto words = [&](const std::string& what) {
    return fmt::format("upload of {} to {}: {}", file_name_of(object), setting.destination.text,
                       what);
  };
  while (true) {
    std::string reason;
    try {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - SteadyClock::now());
      HttpLimits limits;
      limits.total = std::min(rules.attempt, std::max(left, milliseconds(1)));
      const HttpResponse response =
          http_request(make_request(setting, object, body, existing), limits);
      if (response.status >= 200 && response.status < 300) return;
      // An attempt whose answer was lost has arrived after all.
      if (response.status == 412 && may_be_there) return;
      reason = refusal_text(response);
      if (!is_passing(response.status)) throw std::runtime_error(words(reason));
    } catch (const UntrustedServer& error) {
      throw std::runtime_error(words(error.what()));
    } catch (const HttpError& error) {
      may_be_there = true;
      reason = error.what();
    }
    if (SteadyClock::now() + pause >= deadline) {
      throw std::runtime_error(words(reason + "; tried until the time was up"));
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, rules.longest_pause);
  }
}

}  // namespace assay

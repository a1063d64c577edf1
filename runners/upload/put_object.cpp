#include "runners/upload/put_object.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "runners/upload/role_credentials.hpp"
#include "runners/upload/s3.hpp"

namespace assay {

namespace {

constexpr const char* upload_advice =
    "launch the instance with an instance profile that may s3:PutObject, or upload by presigned "
    "URLs";

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
    request.url = parse_url(s3_url(setting.s3_endpoint, destination.bucket,
                                   percent_encoded(key, Slashes::keep), region));
    sign_for_s3(request, find_credentials(setting.imds, upload_advice), region, body);
  }
  return request;
}

}  // namespace

UploadSetting upload_setting(const Destination& destination, const std::string& folder) {
  return {destination, folder, imds_options_from_environment(), s3_endpoint_from_environment()};
}

std::string address_of(const UploadSetting& setting, UploadObject object) {
  const Destination& destination = setting.destination;
  const auto presigned = destination.presigned.find(object);
  std::string address;
  if (presigned != destination.presigned.end()) {
    address = presigned->second.substr(0, presigned->second.find_first_of("?#"));
  } else {
    const std::string place = destination.http_prefix.empty()
                                  ? fmt::format("{}s3://{}/{}", setting.s3_endpoint,
                                                destination.bucket, destination.key_prefix)
                                  : destination.http_prefix;
    address = fmt::format("{}/{}/{}", place, setting.folder, file_name_of(object));
  }
  return percent_encoded(address, Slashes::keep);
}

bool has_place_for(const UploadSetting& setting, UploadObject object) {
  const auto& presigned = setting.destination.presigned;
  return presigned.empty() || presigned.count(object) == 1;
}

void put_object(const UploadSetting& setting, UploadObject object, std::string_view body,
                Existing existing, const RetryRules& rules) {
  const auto words = [&](const std::string& what) {
    return fmt::format("upload of {} to {}: {}", file_name_of(object), setting.destination.text,
                       what);
  };
  const auto refusal = [](const HttpResponse& response) {
    return refusal_text(response, "s3:PutObject");
  };
  const FinalAnswer answer =
      request_patiently([&] { return make_request(setting, object, body, existing); },
                        HttpLimits().body_bytes_max, rules, refusal, words);
  const int status = answer.response.status;
  if (status >= 200 && status < 300) return;
  // An attempt whose answer was lost has arrived after all.
  if (status == 412 && answer.may_have_arrived) return;
  throw std::runtime_error(words(refusal(answer.response)));
}

}  // namespace assay

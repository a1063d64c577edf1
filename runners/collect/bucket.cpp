#include "runners/collect/bucket.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "runners/discovery/sysfs.hpp"
#include "runners/upload/role_credentials.hpp"
#include "runners/upload/s3.hpp"

namespace assay {

namespace {

constexpr std::chrono::minutes credentials_age_max{5};
constexpr std::size_t page_bytes_max = std::size_t{16} << 20;  // 1000 keys of 1 KiB, thrice encoded
constexpr std::size_t objects_max = 1000000;
constexpr const char* credentials_advice =
    "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, of a session, AWS_SESSION_TOKEN (`eval "
    "\"$(aws configure export-credentials --format env)\"` does it for a profile), or run this on "
    "an instance whose role may s3:ListBucket and s3:GetObject";

}  // namespace

AwsCredentials Bucket::credentials() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (credentials_.access_key_id.empty() || now >= renew_at_) {
    credentials_ = find_credentials(setting_.imds, credentials_advice);
    renew_at_ = now + credentials_age_max;
  }
  return credentials_;
}

HttpResponse Bucket::ask(const std::string& target, std::size_t bytes_max,
                         const std::string& action, const std::string& what) {
  const auto make = [&] {
    HttpRequest request;
    request.url = parse_url(s3_url(setting_.endpoint, setting_.bucket, target, setting_.region));
    sign_for_s3(request, credentials(), setting_.region, "");
    return request;
  };
  const auto words = [&](const std::string& why) { return fmt::format("{}: {}", what, why); };
  const auto refusal = [&](const HttpResponse& response) {
    return refusal_text(response, action, "give --region ");
  };
  FinalAnswer answer = request_patiently(make, bytes_max, rules_, refusal, words);
  if (answer.response.status != 200) throw std::runtime_error(words(refusal(answer.response)));
  return std::move(answer.response);
}

std::vector<ListedObject> Bucket::list(const std::string& prefix) {
  const std::string what = fmt::format("list of s3://{}/{}", setting_.bucket, prefix);
  const std::string below =
      prefix.empty() ? "" : "&prefix=" + percent_encoded(prefix + "/", Slashes::encode);
  std::vector<ListedObject> objects;
  std::string token;
  for (std::size_t pages = 0; pages < objects_max; ++pages) {
    // Keys may have characters that XML does not: they come encoded.
    std::string query = "?list-type=2&encoding-type=url" + below;
    if (!token.empty()) query += "&continuation-token=" + percent_encoded(token, Slashes::encode);
    Listing page = parse_listing(ask(query, page_bytes_max, "s3:ListBucket", what).body);
    if (objects.size() + page.objects.size() > objects_max) {
      throw std::runtime_error(
          fmt::format("{}: more than {} objects: give a longer prefix", what, objects_max));
    }
    objects.insert(objects.end(), std::make_move_iterator(page.objects.begin()),
                   std::make_move_iterator(page.objects.end()));
    if (page.next_token.empty()) return objects;
    if (page.next_token == token) break;
    token = std::move(page.next_token);
  }
  throw std::runtime_error(what + ": the server sends the same page again and again");
}

FetchedObject Bucket::get(const std::string& key, std::size_t bytes_max) {
  HttpResponse response = ask(percent_encoded(key, Slashes::keep), bytes_max, "s3:GetObject",
                              fmt::format("s3://{}/{}", setting_.bucket, clean_text(key)));
  const auto etag = response.headers.find("ETag");
  return {etag == response.headers.end() ? "" : etag->second, std::move(response.body)};
}

}  // namespace assay

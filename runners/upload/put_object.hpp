#pragma once

#include <string>
#include <string_view>

#include "runners/http/retry.hpp"
#include "runners/identity/imds_client.hpp"
#include "runners/upload/destination.hpp"

namespace assay {

/// Whether an object that is there already may be replaced. `only_new` sends If-None-Match: *.
enum class Existing { replace, only_new };

/// Everything about where uploads go that is not in the Destination itself.
struct UploadSetting {
  Destination destination;
  std::string folder;       // below a prefix: the instance's id, or the host's name
  ImdsOptions imds;         // for role credentials and the region
  std::string s3_endpoint;  // of AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL; empty: Amazon's
};

/// Reads the endpoint variables. `folder` is as above.
UploadSetting upload_setting(const Destination& destination, const std::string& folder);

/// Whether the destination has a place for this object (a file of URLs may lack some).
bool has_place_for(const UploadSetting& setting, UploadObject object);

/// Where an object goes, as text without blanks and secrets: equal for one place only.
std::string address_of(const UploadSetting& setting, UploadObject object);

/// Puts `body` there, as often as it takes within `rules`. Tried again: no answer, 408, 429, 5xx.
/// Throws std::runtime_error in words for everything else (expired, wrong secret, clock, region, an
/// object that is there already) and when time is up; they hold no secret and no query.
void put_object(const UploadSetting& setting, UploadObject object, std::string_view body,
                Existing existing, const RetryRules& rules);

}  // namespace assay

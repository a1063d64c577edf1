#pragma once

#include <string>

#include "runners/identity/imds_client.hpp"
#include "runners/upload/signature.hpp"

namespace assay {

/// Credentials of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN where the first is
/// set, else those of the instance's role, asked from the metadata service each time (it renews
/// them). Throws std::runtime_error in words that hold no part of them; `advice` says what to do
/// where there are none.
AwsCredentials find_credentials(const ImdsOptions& options, const std::string& advice);

/// AWS_REGION or AWS_DEFAULT_REGION, else the instance's. Throws std::runtime_error in words.
std::string find_region(const ImdsOptions& options);

}  // namespace assay

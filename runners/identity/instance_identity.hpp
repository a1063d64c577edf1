#pragma once

#include "reports/model/host.hpp"
#include "runners/identity/imds_client.hpp"

namespace assay {

/// The number of the AWS account is in a Result only by the user's own wish.
enum class AccountId { leave_out, record };

/// Whether firmware says that this is an EC2 instance: no packet is sent to find that out.
bool is_ec2(const Identity& firmware);

/// What the metadata service says of this instance. Off EC2 (by firmware, unless the environment
/// names an endpoint) nothing is asked. Never throws and never lasts: where the service fails, or
/// answers with what no EC2 instance would, `unknown` says why and the other items stay empty, or
/// as far as firmware knows them.
Ec2Instance identify_instance(const Identity& firmware, const ImdsOptions& options,
                              AccountId account);

}  // namespace assay

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model/plan.hpp"
#include "runners/plan/options.hpp"

namespace assay {

/// The target that stands for disks of every class.
constexpr std::string_view every_class = "all";

/// The first of the --allow-write `values` that names this whole disk of the host, empty when none
/// does. A value is a class (instance-store, ebs), a serial number, an EBS volume id, a
/// /dev/disk/by-id link that has the serial number in its name, loop:FILE, or ebs: and one of
/// these or the name that EC2 attached the volume under. A serial number that several disks have
/// names none of them.
std::string permission_for(const Host& host, const BlockDevice& device,
                           const std::vector<std::string>& values);

/// Whether one of the --force-destroy values names this disk: as above, but never a class.
bool is_forced(const Host& host, const BlockDevice& device, const std::vector<std::string>& values);

/// Throws UsageError, with what to type instead, for a value of --allow-write or --force-destroy
/// that names no disk of this host: a kernel name (numbers move between boots), an unknown serial
/// number, one that several disks have, a device without one.
void check_permissions(const Host& host, const RunOptions& options);

/// What of that can be told of a value of --allow-write without the host: throws UsageError for the
/// class `other`, a path that may lead to another disk, a word that no serial number is.
void check_permission_words(const std::string& value);

/// Throws UsageError for a value that names no disk among the targets: it would be ignored.
void refuse_idle_permissions(const Host& host, const RunOptions& options,
                             const std::vector<Target>& targets);

}  // namespace assay

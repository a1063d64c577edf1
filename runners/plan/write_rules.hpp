#pragma once

#include <string>
#include <vector>

#include "reports/model/plan.hpp"
#include "runners/discovery/path_facts.hpp"
#include "runners/plan/options.hpp"

namespace assay {

/// Why a disk that --allow-write names must not be written to all the same, and what to do; empty
/// when it may be. Pure. What must hold: a whole disk of a kind that has an identity, writable, not
/// the root disk, nothing mounted, held or swapped on it or on a partition, opened exclusively, and
/// blank unless --force-destroy names it. `assay` looks again, by other means, right before the
/// first write (runners/safety).
std::string refusal_to_overwrite(const Host& host, const BlockDevice& device,
                                 const PathFacts& facts, const RunOptions& options);

/// What overwriting the disk destroys, one line each, as in Overwrite::destroys.
std::vector<std::string> losses_of(const BlockDevice& device, const PathFacts& facts);

/// What a user must read before a target is overwritten: the device, how much of it, who allowed
/// it, what is lost. Empty for a target that is only read or whose file system is written to.
std::vector<std::string> overwrite_lines(const Target& target);

}  // namespace assay

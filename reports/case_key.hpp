#pragma once

#include <string>
#include <string_view>

#include "reports/model/plan.hpp"

namespace assay {

/// Every parameter of a storage case in words: two cases are alike when these are equal. Threads
/// and the rate in I/Os a second are left out: both may be chosen when the case is planned or run.
/// What may differ between alike cases is set to 0 by the caller first.
std::string storage_key(const StorageParameters& storage);

/// storage_key with the workload's name in front; other cases have their id.
std::string case_key(const Case& item);

/// case_key for cases on different targets that are held against each other: a rate in I/Os a
/// second that the suite gives is part of it, one that is a share of a target's own highest is not.
std::string pair_key(const Case& item);

/// Whether many I/Os at once go through the block layer: io_uring, or libaio of another tool.
bool is_ordinary(Engine engine);

/// Whether the I/Os take the ordinary way: is_ordinary with interrupts, past the page cache, of one
/// size, over the whole target, without checks.
bool is_plain(const StorageParameters& storage);

/// Before the workload of an import that has options which no workload of assay has: no table takes
/// it for the ordinary one.
constexpr std::string_view fio_workload_prefix = "fio-";

}  // namespace assay

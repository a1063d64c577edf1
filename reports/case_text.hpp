#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reports/model/plan.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// A case's workload in words without target and queue depth: "random read 4k",
/// "write + fdatasync 4k", "memory copy, all threads".
std::string workload_text(const Case& item);

/// "all threads", "1 thread", "8 threads"
std::string threads_text(std::uint32_t threads);

/// The way into the kernel: "io_uring", "io_uring, IOPOLL", "pread, page cache", ...
std::string engine_text(const StorageParameters& storage);

/// workload_text, and for storage the queue depth or the offered rate and whatever is out of the
/// ordinary: "random read 4k, queue depth 32", "random read 4k, queue depth 32, io_uring, SQPOLL".
std::string case_text(const Case& item);

/// "instance store", "EBS", "other device"
std::string device_class_text(DeviceClass device_class);

/// "ok", "skipped", "failed"
std::string status_text(CaseStatus status);

/// What the method of a case says of `name`; `otherwise` where it says nothing.
std::string method_text(const CaseResult& measured, std::string_view name, std::string otherwise);

/// Whether a case was measured in several parts, with other cases between them.
bool is_in_parts(const CaseResult& measured);

/// What kind of instance the Result is of: the product name that
/// firmware gives, or else CPU model, number of CPUs and memory.
std::string instance_text(const Result& result);

/// The histogram that stands for a case's I/Os in plots: the first of whole I/Os (not the part that
/// an fdatasync took, nor of one member of a set) that is not empty, or nullptr.
const SparseHistogram* main_histogram(const CaseResult& result);

/// I/Os behind a case's latency metrics: reads and writes of a mixed case together, of commits the
/// commits.
std::uint64_t io_count(const CaseResult& result);

}  // namespace assay

#include "bench/gpu/cufile_path.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

namespace assay {
namespace {

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// What is true of the machine and the mode, whoever counted.
std::string circumstances(const CuFileEvidence& evidence) {
  const std::string compat = !evidence.compat_allowed   ? "not told whether allowed"
                             : *evidence.compat_allowed ? "allowed"
                                                        : "not allowed";
  return fmt::format("compatibility mode {}, p2pdma {}, nvidia-fs {}", compat,
                     evidence.mode.p2pdma ? "allowed" : "not allowed",
                     evidence.nvidia_fs.empty() ? "not loaded" : evidence.nvidia_fs + " loaded");
}

CuFilePath by_own_counters(const CuFileEvidence& evidence) {
  const std::array<std::pair<const char*, std::uint64_t>, 3> ways{
      {{"p2pdma", evidence.after->p2pdma - evidence.before->p2pdma},
       {"nvidia-fs", evidence.after->nvidia_fs - evidence.before->nvidia_fs},
       {"compat", evidence.after->compat - evidence.before->compat}}};
  std::uint64_t counted = 0;
  std::string only;
  std::string list;
  for (const auto& [way, calls] : ways) {
    if (calls == 0) continue;
    counted += calls;
    only = list.empty() ? way : "mixed";
    list += fmt::format("{}{} by {}", list.empty() ? "" : ", ", calls, way);
  }
  // A call may be carried out in several parts, each of which is counted; some of the calls, or of
  // the parts, are no proof of the others.
  const std::uint64_t total = evidence.after->total - evidence.before->total;
  const bool all = evidence.calls > 0 && counted >= evidence.calls && counted >= total;
  return {all ? only : "unknown",
          fmt::format(
              "of {} calls cuFile counted {}{}; {}", evidence.calls, list.empty() ? "none" : list,
              counted < total ? fmt::format(" of {} in all", total) : "", circumstances(evidence))};
}

}  // namespace

CuFilePath path_of(const CuFileEvidence& evidence) {
  if (evidence.before && evidence.after) return by_own_counters(evidence);
  const std::string alone =
      (evidence.before ? "cuFile's counts could not be read at the end; "
                       : "this cuFile does not count by path (before 1.15); ") +
      circumstances(evidence);
  if (!evidence.nvidia_fs_before || !evidence.nvidia_fs_after) return {"unknown", alone};
  const std::uint64_t counted = *evidence.nvidia_fs_after - *evidence.nvidia_fs_before;
  const bool all = evidence.calls > 0 && counted >= evidence.calls;
  return {all && evidence.compat_allowed == false ? "nvidia-fs" : "unknown",
          fmt::format("of {} calls nvidia-fs counted {}; {}", evidence.calls, counted, alone)};
}

std::string path_warning(const CuFilePath& path) {
  if (path.path == "p2pdma" || path.path == "nvidia-fs") return "";
  if (path.path == "compat") {
    return "cuFile ran in compatibility mode: POSIX I/O and copies through host memory";
  }
  if (path.path == "mixed") return "cuFile went several ways: " + path.seen;
  return "which way cuFile went is not known: " + path.seen;
}

std::string nvidia_fs_version(const std::string& folder) {
  // version: 2.24.3
  const std::string text = text_of(folder + "/version");
  const std::size_t begin = text.find_first_of("0123456789");
  if (begin == std::string::npos) return text.empty() ? "" : "of unknown version";
  return text.substr(begin, text.find_first_not_of("0123456789.", begin) - begin);
}

std::optional<std::uint64_t> nvidia_fs_calls(const std::string& folder, Operation operation) {
  // IO stats: Enabled, peer IO stats: Enabled
  // Reads                           : n=0 ok=0 err=0 readMiB=0 io_state_err=0
  // (NVIDIA's "GPUDirect Storage Troubleshooting Guide", "Displaying GDS NVIDIA FS Driver
  // Statistics"; "Sparse Reads" is another line)
  const std::string text = text_of(folder + "/stats");
  if (text.find("\nIO stats: Enabled") == std::string::npos) return std::nullopt;
  const std::size_t line = text.find(operation == Operation::read ? "\nReads" : "\nWrites");
  if (line == std::string::npos) return std::nullopt;
  const std::size_t end = text.find('\n', line + 1);
  const std::size_t ok = text.find(" ok=", line);
  if (ok == std::string::npos || ok > end) return std::nullopt;
  return std::strtoull(text.c_str() + ok + 4, nullptr, 10);
}

}  // namespace assay

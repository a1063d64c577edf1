#include "bench/storage/writable_device.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "bench/storage/contents_probe.hpp"

namespace assay {

DeviceGuard refusing_guard() {
  return [](int, const Target&) { return std::string("nothing looks after its safety here"); };
}

FileHandle open_to_overwrite(const Target& target, const DeviceGuard& guard) {
  if (target.kind != TargetKind::block_device || !target.chosen || !target.overwrite) {
    throw std::logic_error("a target without leave to be overwritten");
  }
  FileHandle handle(open(target.path.c_str(), O_RDWR | O_DIRECT | O_EXCL | O_CLOEXEC));
  if (!handle.valid()) {
    const char* hint = errno == EBUSY                      ? " (something holds it: free it first)"
                       : errno == EACCES || errno == EPERM ? " (run as root)"
                                                           : "";
    throw std::runtime_error(fmt::format("open {} exclusively for writing: {}{}", target.path,
                                         std::generic_category().message(errno), hint));
  }
  const std::string reason = guard(handle.get(), target);
  if (reason.empty()) return handle;
  throw std::runtime_error(
      fmt::format("{} is not written to: {}; nothing was changed", target.path, reason));
}

bool is_still_written(const std::string& path, std::uint64_t span_bytes, std::uint64_t seed) {
  constexpr std::uint32_t sampled_blocks = 256;
  return probe_contents(path, span_bytes, sampled_blocks, seed).zero_blocks == 0;
}

}  // namespace assay

#include "runners/discovery/signatures.hpp"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include "bench/storage/file_handle.hpp"
#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

using Probe = std::unique_ptr<blkid_struct_probe, void (*)(blkid_probe)>;

constexpr std::size_t signatures_max = 64;

std::string value_of(blkid_probe probe, const char* name) {
  const char* text = nullptr;
  return blkid_probe_lookup_value(probe, name, &text, nullptr) == 0 ? clean_text(text)
                                                                    : std::string();
}

/// libblkid's words for what a superblock is used for.
std::string kind_of(std::string_view usage) {
  struct Kind {
    std::string_view usage;
    std::string_view words;
  };
  constexpr std::array<Kind, 3> kinds{
      {{"filesystem", "file system"}, {"raid", "member of a set"}, {"crypto", "encrypted volume"}}};
  const auto* const found = std::find_if(kinds.begin(), kinds.end(),
                                         [&](const Kind& kind) { return kind.usage == usage; });
  return found == kinds.end() ? "signature" : std::string(found->words);
}

Signature current_signature(blkid_probe probe) {
  const std::string table = value_of(probe, "PTTYPE");
  if (!table.empty()) return {table, "partition table", "", value_of(probe, "PTUUID")};
  Signature signature{value_of(probe, "TYPE"), kind_of(value_of(probe, "USAGE")),
                      value_of(probe, "LABEL"), value_of(probe, "UUID")};
  if (signature.type.empty()) signature.type = "unknown";
  return signature;
}

/// As wipefs looks for all there is, not for the one that would be mounted.
void enable_all(blkid_probe probe) {
  blkid_probe_enable_superblocks(probe, 1);
  blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_TYPE |
                                               BLKID_SUBLKS_USAGE | BLKID_SUBLKS_LABEL |
                                               BLKID_SUBLKS_UUID | BLKID_SUBLKS_BADCSUM);
  blkid_probe_enable_partitions(probe, 1);
  blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT);
}

}  // namespace

std::string describe_signature(const Signature& signature) {
  std::string text = fmt::format("{} ({}", signature.type, signature.kind);
  if (!signature.label.empty()) text += fmt::format(", label '{}'", signature.label);
  if (!signature.uuid.empty()) text += fmt::format(", UUID {}", signature.uuid);
  return text + ")";
}

SignatureProbe probe_signatures(const std::string& path) {
  SignatureProbe result;
  const FileHandle handle(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const auto failed = [&](int error) {
    result.error =
        fmt::format("look for signatures on {}: {}", path, std::generic_category().message(error));
    return result;
  };
  if (!handle.valid()) return failed(errno);
  const Probe probe(blkid_new_probe(), blkid_free_probe);
  errno = 0;
  if (!probe || blkid_probe_set_device(probe.get(), handle.get(), 0, 0) != 0) {
    return failed(errno == 0 ? EIO : errno);
  }
  enable_all(probe.get());
  while (result.found.size() < signatures_max) {
    errno = 0;
    const int answer = blkid_do_probe(probe.get());
    if (answer == 1) return result;
    if (answer != 0) return failed(errno == 0 ? EIO : errno);
    result.found.push_back(current_signature(probe.get()));
  }
  return result;
}

}  // namespace assay

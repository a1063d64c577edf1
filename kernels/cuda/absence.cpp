#include "kernels/cuda/absence.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace assay {
namespace {

/// The oldest driver branch for each CUDA major version (CUDA release notes, "CUDA Toolkit and
/// minimum required driver version for CUDA minor version compatibility").
std::string oldest_driver(int runtime_version) {
  const int major = runtime_version / 1000;
  if (major >= 13) return "R580";
  return major == 12 ? "R525" : "R450";
}

std::string how_to_install(int runtime_version) {
  // Debian's own driver package is older than CUDA 13 needs.
  const std::string debian = runtime_version >= 13000
                                 ? "cuda-drivers from NVIDIA's package repository"
                                 : "package nvidia-driver from non-free";
  return "install driver " + oldest_driver(runtime_version) +
         " or newer and reboot (Ubuntu: package nvidia-driver-580-server-open; Debian: " + debian +
         "), or start an image that has it, such as the AWS Deep Learning AMI";
}

std::string insufficient_driver(int driver_version, int runtime_version) {
  if (driver_version == 0) {
    return "no NVIDIA driver; where there is an NVIDIA GPU, " + how_to_install(runtime_version);
  }
  return "the NVIDIA driver supports CUDA up to " + cuda_version_text(driver_version) +
         ", this assay was built with CUDA " + cuda_version_text(runtime_version) + ": " +
         how_to_install(runtime_version);
}

constexpr const char* no_code =
    "this assay has no code for this GPU, which is older than the architectures compiled in: use "
    "one built by an older CUDA";
constexpr const char* no_machine_code =
    "this assay has no machine code for this GPU and its driver is too old to translate the "
    "intermediate code: update the driver, or use an assay built by an older CUDA";

struct Classification {
  int error;
  const char* reason;
};

constexpr Classification classifications[] = {
    {0, "the NVIDIA driver works but shows no GPU"},
    {100,
     "the NVIDIA driver shows no GPU: check `nvidia-smi`, that the kernel module is loaded "
     "(`modprobe nvidia`), that CUDA_VISIBLE_DEVICES hides none, and that a container was started "
     "with its GPUs (`--gpus all`)"},
    {209, no_code},
    {222, no_machine_code},
    {802,
     "the GPUs are not initialised: start the service of the same version as the driver "
     "(`systemctl "
     "start nvidia-fabricmanager`) and try again in a minute"},
    {803,
     "the NVIDIA kernel module and libcuda.so.1 have different versions: reboot, or install both "
     "from the same driver package"},
    {804,
     "libcuda.so.1 comes from a cuda-compat package that does not support this GPU: take it off "
     "LD_LIBRARY_PATH, or update the driver itself"},
};

constexpr Classification failures[] = {
    {2, "the GPU's memory is used up: end what else uses it (`nvidia-smi`)"},
    {46,
     "the GPU is used by another program alone, or in exclusive or prohibited compute mode "
     "(`nvidia-smi -q -d COMPUTE`)"},
    {209, no_code},
    {214,
     "an ECC error that could not be corrected: the GPU's memory is not healthy (`nvidia-smi -q -d "
     "ECC`)"},
    {220, "an NVLink error that could not be corrected (`nvidia-smi nvlink -e`)"},
    {222, no_machine_code},
    {700, "a kernel of assay read or wrote where it must not: please report this"},
    {702, "a kernel was ended by the watchdog of a display: use a GPU without one"},
    {719,
     "a kernel failed, by a fault of assay or of the GPU: look for Xid in the kernel log (`dmesg | "
     "grep -i xid`)"},
    {999, "the GPU failed: look for Xid in the kernel log (`dmesg | grep -i xid`)"},
};

}  // namespace

std::string explain_cuda_failure(int error) {
  const auto* const found =
      std::find_if(std::begin(failures), std::end(failures),
                   [error](const Classification& row) { return row.error == error; });
  return found == std::end(failures) ? "" : found->reason;
}

std::string classify_cuda_absence(int error, int driver_version, int runtime_version) {
  if (error == 35) return insufficient_driver(driver_version, runtime_version);
  const auto* const found =
      std::find_if(std::begin(classifications), std::end(classifications),
                   [error](const Classification& row) { return row.error == error; });
  if (found != std::end(classifications)) return found->reason;
  return "the NVIDIA driver answers with CUDA error " + std::to_string(error) +
         ": check `nvidia-smi` and the kernel log (`dmesg | grep -i nvrm`)";
}

std::string classify_compute_capability(int major, int minor, int oldest_compiled,
                                        int runtime_version) {
  if (10 * major + minor >= oldest_compiled) return "";
  return "compute capability " + std::to_string(major) + "." + std::to_string(minor) +
         " is older than " + std::to_string(oldest_compiled / 10) + "." +
         std::to_string(oldest_compiled % 10) + ", the oldest that this assay was compiled for" +
         (runtime_version >= 13000 ? " (CUDA 13 dropped older ones: build assay with CUDA 12)"
                                   : " (build assay with CMAKE_CUDA_ARCHITECTURES naming it)");
}

std::string cuda_version_text(int version) {
  if (version == 0) return "";
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string gpu_uuid_text(const std::array<unsigned char, 16>& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "GPU-";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 0xF];
  }
  return text;
}

}  // namespace assay

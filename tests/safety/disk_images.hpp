#pragma once

#include <string>
#include <vector>

namespace assay {

/// A disk of 32 MiB with one thing on it, written by the bytes of its on-disk format.
struct DiskImage {
  std::string what;
  std::string type;  // as libblkid calls it
  std::string bytes;
};

constexpr std::size_t image_bytes = std::size_t{32} << 20;

std::string blank_image();

/// Random bytes, as a run of assay leaves them.
std::string noise_image();

/// File systems, swap, LVM, md at the start and at the end, MBR, GPT and a GPT whose start is gone.
const std::vector<DiskImage>& disk_images();

/// The one of that description; throws where there is none.
const DiskImage& image_of(const std::string& what);

}  // namespace assay

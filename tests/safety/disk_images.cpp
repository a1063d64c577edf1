#include "tests/safety/disk_images.hpp"

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string_view>

namespace assay {

namespace {

using namespace std::string_view_literals;

void put(std::string& bytes, std::size_t at, std::string_view text) {
  bytes.replace(at, text.size(), text);
}

template <typename Number>
void put_number(std::string& bytes, std::size_t at, Number value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// ext2: s_magic, revision 0, 1 KiB blocks (ext4 documentation, "Super Block").
std::string ext2() {
  std::string bytes = blank_image();
  put_number<std::uint32_t>(bytes, 1024, 8192);       // inodes
  put_number<std::uint32_t>(bytes, 1024 + 4, 32768);  // blocks
  put_number<std::uint16_t>(bytes, 1024 + 0x38, 0xEF53);
  return bytes;
}

/// XFS: magic, 4 KiB blocks, sectors of 512 B (xfs_dsb).
std::string xfs() {
  std::string bytes = blank_image();
  const auto big = [&](std::size_t at, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) {
      bytes[at + i] = static_cast<char>(value >> (8 * (width - 1 - i)));
    }
  };
  put(bytes, 0, "XFSB");
  big(4, 4096, 4);   // block size
  big(8, 8192, 8);   // blocks
  big(80, 1, 4);     // real-time extent
  big(84, 2048, 4);  // blocks of an allocation group
  big(88, 4, 4);     // groups
  big(96, 855, 4);   // log blocks
  big(100, 0xB4A4, 2);
  big(102, 512, 2);  // sector
  big(104, 256, 2);  // inode size
  big(106, 16, 2);   // inodes of a block
  bytes[120] = 12;   // log2 block
  bytes[121] = 9;    // log2 sector
  bytes[122] = 8;    // log2 inode
  bytes[123] = 4;    // log2 inodes of a block
  bytes[124] = 11;   // log2 group
  bytes[127] = 25;   // inode percentage
  return bytes;
}

std::string swap_area() {
  std::string bytes = blank_image();
  put_number<std::uint32_t>(bytes, 1024, 1);  // version
  put_number<std::uint32_t>(bytes, 1028, image_bytes / 4096 - 1);
  put(bytes, 4096 - 10, "SWAPSPACE2");
  return bytes;
}

/// LVM2 label in the second sector with the CRC of its tail (lib/format_text/layout.h).
std::string lvm() {
  std::string bytes = blank_image();
  put(bytes, 512, "LABELONE");
  put_number<std::uint64_t>(bytes, 512 + 8, 1);
  put_number<std::uint32_t>(bytes, 512 + 20, 32);
  put(bytes, 512 + 24, "LVM2 001");
  put(bytes, 512 + 32, "abcdefghijklmnopqrstuvwxyz012345");
  // zlib's crc32 starts from ~0 and inverts at the end; LVM starts from 0xf597a6cf and does not.
  const auto* tail = reinterpret_cast<const Bytef*>(bytes.data() + 512 + 20);
  const uLong crc = ~crc32(~0xf597a6cfUL & 0xFFFFFFFFUL, tail, 512 - 20);
  put_number<std::uint32_t>(bytes, 512 + 16, static_cast<std::uint32_t>(crc));
  return bytes;
}

/// md superblock version 1: magic, version, and where it thinks it is (drivers/md/md_p.h).
std::string md(std::size_t at) {
  std::string bytes = blank_image();
  put_number<std::uint32_t>(bytes, at, 0xa92b4efc);
  put_number<std::uint32_t>(bytes, at + 4, 1);
  put_number<std::uint64_t>(bytes, at + 144, at / 512);
  std::uint64_t sum = 0;
  for (std::size_t word = 0; word < 256; word += 4) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at + word, 4);
    sum += value;
  }
  put_number<std::uint32_t>(bytes, at + 216, static_cast<std::uint32_t>(sum + (sum >> 32)));
  return bytes;
}

/// md superblock version 0.90 at the end.
std::string md_090() {
  std::string bytes = blank_image();
  const std::size_t at = image_bytes - 65536;
  put_number<std::uint32_t>(bytes, at, 0xa92b4efc);
  put_number<std::uint32_t>(bytes, at + 8, 90);
  return bytes;
}

std::string mbr() {
  std::string bytes = blank_image();
  bytes[446 + 4] = '\x83';
  put_number<std::uint32_t>(bytes, 446 + 8, 2048);
  put_number<std::uint32_t>(bytes, 446 + 12, 8192);
  put(bytes, 510, "\x55\xaa"sv);
  return bytes;
}

/// UEFI specification 5.3: a header with its CRC and 128 empty but one entries.
void put_gpt_header(std::string& bytes, std::size_t header, std::size_t entries) {
  const std::size_t last = image_bytes / 512 - 1;
  put(bytes, entries, std::string(16, '\x42'));
  put(bytes, entries + 16, std::string(16, '\x17'));
  put_number<std::uint64_t>(bytes, entries + 32, 2048);
  put_number<std::uint64_t>(bytes, entries + 40, 4095);
  put(bytes, header, "EFI PART");
  put_number<std::uint32_t>(bytes, header + 8, 0x10000);
  put_number<std::uint32_t>(bytes, header + 12, 92);
  put_number<std::uint64_t>(bytes, header + 24, header / 512);
  put_number<std::uint64_t>(bytes, header + 32, header == 512 ? last : 1);
  put_number<std::uint64_t>(bytes, header + 40, 34);
  put_number<std::uint64_t>(bytes, header + 48, last - 33);
  put(bytes, header + 56, std::string(16, '\x11'));
  put_number<std::uint64_t>(bytes, header + 72, entries / 512);
  put_number<std::uint32_t>(bytes, header + 80, 128);
  put_number<std::uint32_t>(bytes, header + 84, 128);
  const auto crc = [&](std::size_t at, uInt length) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + at), length));
  };
  put_number<std::uint32_t>(bytes, header + 88, crc(entries, 128 * 128));
  put_number<std::uint32_t>(bytes, header + 16, crc(header, 92));
}

std::string backup_gpt() {
  std::string bytes = blank_image();
  put_gpt_header(bytes, image_bytes - 512, image_bytes - 33 * 512);
  return bytes;
}

std::string gpt() {
  std::string bytes = backup_gpt();
  bytes[446 + 4] = '\xee';
  put_number<std::uint32_t>(bytes, 446 + 8, 1);
  put_number<std::uint32_t>(bytes, 446 + 12, image_bytes / 512 - 1);
  put(bytes, 510, "\x55\xaa"sv);
  put_gpt_header(bytes, 512, 1024);
  return bytes;
}

}  // namespace

std::string blank_image() { return std::string(image_bytes, '\0'); }

std::string noise_image() {
  std::string bytes(image_bytes, '\0');
  std::mt19937_64 random(3);
  for (std::size_t at = 0; at < bytes.size(); at += 8) put_number(bytes, at, random());
  return bytes;
}

const std::vector<DiskImage>& disk_images() {
  static const std::vector<DiskImage> all{
      {"an ext2 file system", "ext2", ext2()},
      {"an XFS file system", "xfs", xfs()},
      {"a swap area", "swap", swap_area()},
      {"a LUKS header", "crypto_LUKS",
       [] {
         std::string bytes = blank_image();
         put(bytes, 0, "LUKS\xba\xbe\0\1"sv);
         return bytes;
       }()},
      {"an LVM physical volume", "LVM2_member", lvm()},
      {"an md member (1.2)", "linux_raid_member", md(4096)},
      {"an md member (1.1)", "linux_raid_member", md(0)},
      {"an md member (1.0, at the end)", "linux_raid_member", md(image_bytes - 8192)},
      {"an md member (0.90, at the end)", "linux_raid_member", md_090()},
      {"an MBR", "dos", mbr()},
      {"a GPT", "gpt", gpt()},
      {"a GPT of which only the backup is left", "gpt", backup_gpt()},
  };
  return all;
}

const DiskImage& image_of(const std::string& what) {
  for (const DiskImage& image : disk_images()) {
    if (image.what == what) return image;
  }
  throw std::runtime_error("no disk image of " + what);
}

}  // namespace assay

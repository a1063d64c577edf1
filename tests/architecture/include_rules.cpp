#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <string_view>

#include "tests/architecture/rules.hpp"

namespace assay::architecture {
namespace {

struct Library {
  std::string_view name;
  std::vector<std::string_view> header_prefixes;
};

// Every library of design.md section 4 that this code includes, by the start of its header names.
const std::vector<Library>& libraries() {
  static const std::vector<Library> all = {
      {"fmt", {"fmt/"}},
      {"nlohmann-json", {"nlohmann/"}},
      {"OpenSSL", {"openssl/"}},
      {"zlib", {"zlib.h"}},
      {"liburing", {"liburing.h", "liburing/"}},
      {"hwloc", {"hwloc.h", "hwloc/"}},
      {"Google Benchmark", {"benchmark/"}},
      {"libblkid", {"blkid/"}},
      {"CLI11", {"CLI/"}},
      {"toml++", {"toml++/"}},
      {"CUDA", {"cuda", "cooperative_groups", "nvml", "cufile", "device_launch"}},
      {"GoogleTest", {"gtest/", "gmock/"}},
      {"intrinsics",
       {"immintrin.h", "x86intrin.h", "arm_neon.h", "arm_acle.h", "cpuid.h", "sys/auxv.h",
        "asm/hwcap.h"}},
  };
  return all;
}

struct FolderRule {
  std::string_view folder;
  std::vector<std::string_view> own;        // folders of ours it may include
  std::vector<std::string_view> libraries;  // "*": any of the list above
};

// The first row whose folder a path is in decides.
const std::vector<FolderRule>& folder_rules() {
  static const std::vector<FolderRule> all = {
      {"kernels/cuda/", {"kernels/"}, {"CUDA", "intrinsics"}},
      {"kernels/", {"kernels/"}, {"intrinsics"}},
      {"reports/model/", {"reports/model/"}, {"fmt"}},
      {"reports/", {"reports/", "embedded/"}, {"fmt", "nlohmann-json", "OpenSSL", "zlib"}},
      {"bench/",
       {"bench/", "kernels/", "reports/model/"},
       {"fmt", "liburing", "hwloc", "Google Benchmark", "CUDA", "intrinsics"}},
      {"runners/", {"runners/", "bench/", "kernels/", "reports/", "embedded/"}, {"*"}},
      {"tests/", {"tests/", "runners/", "bench/", "kernels/", "reports/", "embedded/"}, {"*"}},
  };
  return all;
}

// Headers of Linux and POSIX that have a .h and no folder of the kernel's or libc's.
constexpr std::array<std::string_view, 25> posix_headers = {
    "unistd.h", "fcntl.h",  "signal.h", "dirent.h",  "dlfcn.h",  "poll.h",    "pthread.h",
    "sched.h",  "time.h",   "glob.h",   "fnmatch.h", "spawn.h",  "termios.h", "locale.h",
    "mntent.h", "errno.h",  "stdint.h", "stddef.h",  "string.h", "stdlib.h",  "stdio.h",
    "elf.h",    "libgen.h", "endian.h", "netdb.h"};

struct Include {
  std::size_t line = 0;
  bool quoted = false;
  std::string header;
};

std::vector<Include> includes_of(const SourceFile& source) {
  static const std::regex directive(R"rx(^\s*#\s*include\s*(["<])([^">]+)[">])rx");
  std::vector<Include> includes;
  for (std::size_t index = 0; index < source.lines.size(); ++index) {
    // A '#' that is blank in `code` stands in a comment or a literal.
    const std::size_t first = source.lines[index].find_first_not_of(" \t");
    std::smatch match;
    if (first != std::string::npos && source.code[index][first] == '#' &&
        std::regex_search(source.lines[index], match, directive)) {
      includes.push_back({index + 1, match[1] == "\"", match[2]});
    }
  }
  return includes;
}

std::optional<std::string_view> library_of(std::string_view header) {
  for (const Library& library : libraries()) {
    const auto starts = [header](std::string_view prefix) { return header.starts_with(prefix); };
    if (std::ranges::any_of(library.header_prefixes, starts)) {
      return library.name;
    }
  }
  return std::nullopt;
}

bool is_system_header(std::string_view header) {
  if (!header.ends_with(".h")) {
    return header.find('/') == std::string_view::npos;  // the C++ library
  }
  return is_in(header, "sys/") || is_in(header, "linux/") || is_in(header, "asm/") ||
         is_in(header, "netinet/") || is_in(header, "arpa/") ||
         std::ranges::find(posix_headers, header) != posix_headers.end();
}

const FolderRule* rule_of(const SourceFile& source) {
  const auto found = std::ranges::find_if(
      folder_rules(), [&](const FolderRule& rule) { return is_in(source.path, rule.folder); });
  return found == folder_rules().end() ? nullptr : &*found;
}

template <class List>
bool contains(const List& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// Why `source` may not include this, empty where it may.
std::string reason_against(const FolderRule& rule, const Include& include) {
  const std::string folder(rule.folder);
  if (include.quoted) {
    const auto starts = [&](std::string_view own) { return include.header.starts_with(own); };
    return std::ranges::any_of(rule.own, starts)
               ? ""
               : folder + " may not include \"" + include.header +
                     "\": dependencies point kernels, reports/model <- bench, reports <- runners";
  }
  const auto library = library_of(include.header);
  if (library) {
    return contains(rule.libraries, "*") || contains(rule.libraries, *library)
               ? ""
               : folder + " may not use " + std::string(*library) + " (<" + include.header + ">)";
  }
  return is_system_header(include.header)
             ? ""
             : "<" + include.header +
                   "> belongs to no library of the design; name it in libraries() with a reason";
}

bool is_header(const SourceFile& source) {
  return source.path.ends_with(".hpp") || source.path.ends_with(".h") ||
         source.path.ends_with(".cuh");
}

}  // namespace

Violations find_forbidden_includes(const std::vector<SourceFile>& sources) {
  Violations found;
  for (const SourceFile& source : sources) {
    const FolderRule* rule = rule_of(source);
    if (rule == nullptr) {
      found.push_back(violation(source, 1, "a folder without a row in folder_rules()"));
      continue;
    }
    for (const Include& include : includes_of(source)) {
      const std::string reason = reason_against(*rule, include);
      if (!reason.empty()) {
        found.push_back(violation(source, include.line, reason));
      }
    }
  }
  return found;
}

Violations find_header_faults(const std::vector<SourceFile>& sources) {
  Violations found;
  for (const SourceFile& source : sources) {
    const auto once = [](const std::string& line) { return line.starts_with("#pragma once"); };
    if (is_header(source) && std::ranges::none_of(source.code, once)) {
      found.push_back(violation(source, 1, "a header needs #pragma once"));
    }
    for (const Include& include : includes_of(source)) {
      if (include.quoted && include.header.find('/') == std::string::npos) {
        found.push_back(
            violation(source, include.line, "include by the path from the source root"));
      }
    }
  }
  return found;
}

Violations find_cuda_leaks(const std::vector<SourceFile>& sources) {
  Violations found;
  const SourceFile* host_file = nullptr;
  for (const SourceFile& source : sources) {
    const bool is_kernel = is_in(source.path, "kernels/cuda/") &&
                           (source.path.ends_with(".cu") || source.path.ends_with(".cuh"));
    for (const Include& include : includes_of(source)) {
      if (is_kernel || library_of(include.header) != "CUDA" || include.quoted) {
        continue;
      }
      const bool may_be_host = is_in(source.path, "bench/gpu/") && source.path.ends_with(".cpp");
      if (may_be_host && (host_file == nullptr || host_file == &source)) {
        host_file = &source;
        continue;
      }
      found.push_back(
          violation(source, include.line,
                    "CUDA headers belong in kernels/cuda/*.cu and one bench/gpu/*.cpp"));
    }
  }
  return found;
}

}  // namespace assay::architecture

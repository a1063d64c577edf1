#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Readers for /sys and /proc. None throws: whatever is missing, unreadable or malformed is empty.

/// The bytes of a regular file as they are, at most 16 MiB of them.
std::string read_file(const std::filesystem::path& path);

/// One attribute as text: up to the first NUL, without surrounding blanks, cleaned by `clean_text`.
std::string read_attribute(const std::filesystem::path& path);

/// An attribute that is nothing but an unsigned decimal number.
std::optional<std::uint64_t> read_number(const std::filesystem::path& path);

/// The same where the field has 32 bits; 0 when it is missing or larger.
std::uint32_t read_number_32(const std::filesystem::path& path);

/// "0x10de" and the like: hexadecimal with prefix.
std::optional<std::uint64_t> read_hex_number(const std::filesystem::path& path);

/// `numa_node`: -1 means that the kernel does not know, which is empty here.
std::optional<std::uint32_t> read_numa_node(const std::filesystem::path& path);

/// The choice in force of "none [mq-deadline] kyber"; the text itself when nothing is bracketed.
std::string bracketed(const std::string& text);

/// Names in a directory, in natural order.
std::vector<std::string> list_names(const std::filesystem::path& directory);

/// Order that people expect: digits compare as numbers, so nvme2n1 comes before nvme10n1.
bool natural_less(std::string_view left, std::string_view right);

/// Absolute path without symlinks; empty when there is no such thing (or links go in a circle).
std::filesystem::path resolved(const std::filesystem::path& path);

/// Valid UTF-8 without control characters: each offending byte becomes '?', because this text goes
/// to terminals and into JSON.
std::string clean_text(std::string_view text);

std::string trimmed(std::string_view text);
std::vector<std::string> split_lines(std::string_view text);
std::vector<std::string> split_words(std::string_view text);

/// `digits` as an unsigned decimal number, empty unless all of it is one.
std::optional<std::uint64_t> to_number(std::string_view digits, int base = 10);

/// How many CPUs a list such as "0-3,8" names; 0 when it is malformed.
std::uint32_t count_cpu_list(std::string_view list);

}  // namespace assay

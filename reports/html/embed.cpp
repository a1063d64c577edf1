#include "reports/html/embed.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include "reports/html/fleet_page.hpp"
#include "reports/html/page.hpp"
#include "reports/json/document_limits.hpp"
#include "reports/sha256.hpp"

namespace assay {

namespace html {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view element_start =
    "<script type=\"application/octet-stream\" id=\"assay-result\" data-encoding=\"gzip+base64\" "
    "data-sha256=\"";
constexpr int gzip_window_bits = 15 + 16;  // zlib's way to ask for a gzip header
constexpr const char* damaged =
    "the result embedded in this report is damaged; make the report again from its result.json";

unsigned char byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

}  // namespace

std::string bytes_of_hex(std::string_view hex) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digits.find(hex[i]) * 16 + digits.find(hex[i + 1]));
  }
  return bytes;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? byte_at(bytes, i + k) : 0);
    for (std::size_t k = 0; k < 4; ++k) {
      text += k > count ? '=' : alphabet[group >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

std::string base64_decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  const std::size_t padding_start = std::min(text.find('='), text.size());
  if (text.size() % 4 != 0 || text.size() - padding_start > 2) throw std::runtime_error(damaged);
  std::uint32_t group = 0;
  int bits = 0;
  for (std::size_t i = 0; i < padding_start; ++i) {
    const std::size_t digit = alphabet.find(text[i]);
    if (digit == std::string_view::npos) throw std::runtime_error(damaged);
    group = (group << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFF);
  }
  if (text.substr(padding_start).find_first_not_of('=') != std::string_view::npos) {
    throw std::runtime_error(damaged);
  }
  return bytes;
}

std::string gzip_compress(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window_bits, 9,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("compressing the result: out of memory");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  // zlib takes no const pointer and does not write through it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("compressing the result failed");
  return packed;
}

std::string gzip_decompress(std::string_view bytes, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) {
    throw std::runtime_error("reading the embedded result: out of memory");
  }
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  std::array<char, 65536> chunk{};
  int status = Z_OK;
  while (status == Z_OK && text.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = inflate(&stream, Z_NO_FLUSH);
    text.append(chunk.data(), chunk.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (text.size() > bytes_max) {
    throw std::runtime_error(fmt::format(
        "the result embedded in this report is larger than {} MiB; no assay writes such a report",
        bytes_max >> 20));
  }
  if (status != Z_STREAM_END) throw std::runtime_error(damaged);
  return text;
}

std::string embed_result(std::string_view result_json) {
  return fmt::format("{}{}\">{}</script>\n", element_start, sha256_hex(result_json),
                     base64_encode(gzip_compress(result_json)));
}

}  // namespace html

std::string extract_embedded_result(std::string_view html_text) {
  const std::size_t start = html_text.rfind(html::element_start);
  if (start == std::string_view::npos) {
    throw std::runtime_error(
        "not an assay report: there is no embedded result; give a report.html or a result.json "
        "that assay wrote");
  }
  const std::string_view rest = html_text.substr(start + html::element_start.size());
  const std::size_t hash_end = rest.find("\">");
  const std::size_t data_end = rest.find("</script>");
  if (hash_end == std::string_view::npos || data_end == std::string_view::npos ||
      data_end < hash_end) {
    throw std::runtime_error("the report ends within its embedded result; copy the file again");
  }
  const std::string packed =
      html::base64_decode(rest.substr(hash_end + 2, data_end - hash_end - 2));
  std::string text = html::gzip_decompress(packed, document_bytes_max);
  if (sha256_hex(text) != rest.substr(0, hash_end)) {
    throw std::runtime_error(
        "the result embedded in this report does not match its SHA-256: the file was changed after "
        "assay wrote it");
  }
  return text;
}

std::string result_text(std::string file_text) {
  const std::size_t first = file_text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || file_text[first] != '<') return file_text;
  if (is_fleet_page(file_text)) throw std::runtime_error(fleet_page_words());
  return extract_embedded_result(file_text);
}

}  // namespace assay

#include "runners/discovery/nvme_identify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

using namespace std::string_view_literals;

std::string name_in(std::string_view bytes) {
  std::array<std::byte, identify_page_bytes> page{};
  std::transform(bytes.begin(), bytes.end(), page.begin() + 3072,
                 [](char c) { return static_cast<std::byte>(c); });
  return attached_name_of(page);
}

TEST(NvmeIdentify, TheAttachedNameIsReadAsEc2WritesIt) {
  EXPECT_EQ(name_in("sda                             "), "sda");
  EXPECT_EQ(name_in("/dev/sdf                        "), "sdf");
  EXPECT_EQ(name_in("xvda\0\0\0\0"sv), "xvda");
  EXPECT_EQ(name_in("sda1 \0 \0"sv), "sda1");
}

TEST(NvmeIdentify, WhatIsNoNameIsEmpty) {
  EXPECT_EQ(name_in(""), "");
  EXPECT_EQ(name_in("ephemeral0:none"), "");
  EXPECT_EQ(name_in("sd f"), "");
  EXPECT_EQ(name_in("\xff\xff\xff\xff"), "");
  EXPECT_EQ(attached_name_of({}), "");
  EXPECT_EQ(read_attached_name("/dev/null"), "");
  EXPECT_EQ(read_attached_name("/nonexistent"), "");
}

}  // namespace
}  // namespace assay

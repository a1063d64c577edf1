#include "runners/collect/listing.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

std::string page(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         inside + "</ListBucketResult>";
}

std::string key_of(const std::string& text) {
  return parse_listing(page("<Contents><Key>" + text + "</Key></Contents>")).objects.at(0).key;
}

std::string error_of(const std::string& xml) {
  try {
    parse_listing(xml);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "read";
}

TEST(Listing, WhatS3Writes) {
  const Listing listing = parse_listing(
      page("<Name>b</Name><Prefix>a/</Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys>"
           "<IsTruncated>true</IsTruncated><NextContinuationToken>1/+=</NextContinuationToken>\n"
           "<Contents><Key>a/x</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
           "<ETag>&quot;0123&quot;</ETag><Size>4294967296</Size>"
           "<Owner><ID>i</ID><DisplayName>Key</DisplayName></Owner>"
           "<StorageClass>STANDARD</StorageClass></Contents>"
           "<!-- > --><Contents a='>' ><Key >a/y</Key ><Size>0</Size></Contents>"
           "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><Delimiter/>"));
  EXPECT_EQ(listing.next_token, "1/+=");
  ASSERT_EQ(listing.objects.size(), 2U);
  EXPECT_EQ(listing.objects[0].key, "a/x");
  EXPECT_EQ(listing.objects[0].etag, "\"0123\"");
  EXPECT_EQ(listing.objects[0].size_bytes, 4294967296U);
  EXPECT_EQ(listing.objects[0].modified_s, 1767323045);
  EXPECT_EQ(listing.objects[1].key, "a/y");
  EXPECT_EQ(listing.objects[1].modified_s, 0);
}

TEST(Listing, TheLastPageHasNoNext) {
  const Listing listing = parse_listing(
      page("<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>"));
  EXPECT_TRUE(listing.objects.empty());
  EXPECT_EQ(listing.next_token, "");
  EXPECT_NE(error_of(page("<IsTruncated>true</IsTruncated>")).find("not where"), std::string::npos);
}

TEST(Listing, References) {
  EXPECT_EQ(key_of("a&amp;b&lt;c&gt;&quot;&apos;"), "a&b<c>\"'");
  EXPECT_EQ(key_of("&#65;&#x42;&#xe9;&#x20ac;&#x1F600;"), "AB\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(key_of("&amp;lt;"), "&lt;");
  for (const char* odd : {"&nbsp;", "&", "& b;", "&#0;", "&#xd800;", "&#x110000;", "&#;", "&#x;",
                          "&#65", "&#99999999999;", "&lol9;"}) {
    EXPECT_NE(error_of(page("<Contents><Key>" + std::string(odd) + "</Key></Contents>")), "read")
        << odd;
  }
}

TEST(Listing, EncodedKeys) {
  const auto key = [](const std::string& text) {
    return parse_listing(
               page("<Contents><Key>" + text + "</Key></Contents><EncodingType>url</EncodingType>"))
        .objects.at(0)
        .key;
  };
  EXPECT_EQ(key("type%3Di4i.xlarge/a+b%2Bc%0A%00"), std::string("type=i4i.xlarge/a b+c\n\0", 23));
  EXPECT_EQ(key_of("a+%2B"), "a+%2B");  // it does not say that they are
  for (const char* odd : {"%", "%1", "%zz", "a%4"}) EXPECT_ANY_THROW(key(odd)) << odd;
}

TEST(Listing, WhatIsNoListingIsRefused) {
  for (const std::string& xml :
       {std::string(),
        std::string("  \n"),
        std::string("hello"),
        std::string("{\"a\":1}"),
        std::string("<html></html>"),
        page("<Contents>"),
        page("</Contents>"),
        page("<Contents><Key>a</Contents></Key>"),
        page("") + page(""),
        page("") + "x",
        page("<Contents><Key>a</Key>") + "</Contents>",
        page("<Contents></Contents>"),
        page("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
        page("<Contents><Key>a</Key><Size>1x</Size></Contents>"),
        page("<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>"),
        std::string("<!DOCTYPE x [<!ENTITY a \"b\">]>") + page(""),
        page("<![CDATA[x]]>"),
        page("<a <b>"),
        page("< >"),
        page("<a b='"),
        page("<!-- "),
        std::string("<?xml "),
        page("<a><a><a><a><a><a><a><a><a>"),
        std::string("<ListBucketResult"),
        std::string("<Error><Code>x</Code></Error>")}) {
    EXPECT_NE(error_of(xml).find("list cannot be read"), std::string::npos) << xml;
  }
}

TEST(Listing, CutOffAnywhereIsToldAndNeverRead) {
  const std::string whole = page("<Contents><Key>a&amp;</Key><Size>1</Size></Contents>");
  ASSERT_EQ(error_of(whole), "read");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)), "read") << size;
  }
}

}  // namespace
}  // namespace assay

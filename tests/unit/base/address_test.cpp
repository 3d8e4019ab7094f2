// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <catch2/catch.hpp>

using namespace bulkhead;

TEST_CASE("address: ip texts of both families, read back as written", "[base][address]") {
  for (const char* text :
       {"10.0.0.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "fe80::1"})
    CHECK(to_string(*parse_ip(text)) == text);
  CHECK(to_string(*parse_ip("2001:DB8:0:0::1")) == "2001:db8::1");
}

TEST_CASE("address: what is no ip, is refused with the text", "[base][address]") {
  for (const char* text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1 ", "10.0.0.1/24", "2001:db8:::1", "host"}) {
    const auto ip = parse_ip(text);
    REQUIRE_FALSE(ip.ok());
    CHECK(ip.error().code == ErrorCode::kInvalid);
    CHECK(ip.error().sentence.find("'" + std::string(text) + "'") == 0);
  }
}

TEST_CASE("address: a text with a NUL inside, is refused", "[base][address]") {
  CHECK_FALSE(parse_ip(std::string_view("10.0.0.1\0junk", 13)).ok());
}

TEST_CASE("address: ipv4, lives in the mapped form and converts both ways", "[base][address]") {
  const IpAddress ip = IpAddress::v4(0x0a000102);
  CHECK(ip == *parse_ip("10.0.1.2"));
  CHECK(ip == *parse_ip("::ffff:10.0.1.2"));
  CHECK(ip.is_v4());
  CHECK(ip.v4_host() == 0x0a000102);
  CHECK(IpAddress::from_v4_wire(ip.v4_wire()) == ip);
  CHECK_FALSE(parse_ip("2001:db8::1")->is_v4());
  CHECK_FALSE(parse_ip("::10.0.1.2")->is_v4());
}

TEST_CASE("address: zero and multicast of both families, are known", "[base][address]") {
  CHECK(parse_ip("0.0.0.0")->is_zero());
  CHECK(parse_ip("::")->is_zero());
  CHECK_FALSE(parse_ip("0.0.0.1")->is_zero());
  CHECK_FALSE(parse_ip("::1")->is_zero());
  CHECK(parse_ip("224.0.0.1")->is_multicast());
  CHECK(parse_ip("ff02::1")->is_multicast());
  CHECK_FALSE(parse_ip("223.255.255.255")->is_multicast());
  CHECK_FALSE(parse_ip("240.0.0.1")->is_multicast());
  CHECK_FALSE(parse_ip("fe80::1")->is_multicast());
}

TEST_CASE("address: mac, reads back as written and packs into 48 bits", "[base][address]") {
  const MacAddress mac = *parse_mac("00:0e:8c:00:00:70");
  CHECK(to_string(mac) == "00:0e:8c:00:00:70");
  CHECK(mac.packed() == 0x000e'8c00'0070);
  CHECK(MacAddress::unpacked(mac.packed()) == mac);
  CHECK(MacAddress::broadcast().is_multicast());
  CHECK_FALSE(mac.is_multicast());
  CHECK(MacAddress{}.is_zero());
  for (const char* text : {"", "00:0e:8c:00:00", "00-0e-8c-00-00-70", "00:0e:8c:00:00:7g",
                           "00:0e:8c:00:00:700", "0:0e:8c:00:00:070"})
    CHECK_FALSE(parse_mac(text).ok());
}

TEST_CASE("prefix: holds what begins like it and nothing else", "[base][address]") {
  const IpPrefix site = *parse_prefix("10.1.2.3/20");
  CHECK(site.contains(*parse_ip("10.1.0.0")));
  CHECK(site.contains(*parse_ip("10.1.15.255")));
  CHECK_FALSE(site.contains(*parse_ip("10.1.16.0")));
  CHECK_FALSE(site.contains(*parse_ip("2001:db8::1")));
  CHECK(parse_prefix("0.0.0.0/0")->contains(*parse_ip("203.0.113.9")));
  CHECK_FALSE(parse_prefix("0.0.0.0/0")->contains(*parse_ip("2001:db8::1")));
  CHECK(parse_prefix("10.0.0.1/32")->contains(*parse_ip("10.0.0.1")));
  CHECK_FALSE(parse_prefix("10.0.0.1/32")->contains(*parse_ip("10.0.0.0")));
  CHECK(parse_prefix("2001:db8::/33")->contains(*parse_ip("2001:db8:7fff::1")));
  CHECK_FALSE(parse_prefix("2001:db8::/33")->contains(*parse_ip("2001:db8:8000::1")));
}

TEST_CASE("prefix: texts, keep host bits and refuse lengths of the other family",
          "[base][address]") {
  for (const char* text : {"10.1.2.3/20", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::1/64", "::/0"})
    CHECK(to_string(*parse_prefix(text)) == text);
  for (const char* text :
       {"10.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "10.0.0.1/2x", "::/129", "/8"})
    CHECK_FALSE(parse_prefix(text).ok());
}

TEST_CASE("endpoint: texts of both families, read back as written", "[base][address]") {
  for (const char* text : {"10.0.0.1:4500", "[2001:db8::1]:4500", "0.0.0.0:1", "10.0.0.1:65535"})
    CHECK(to_string(*parse_endpoint(text)) == text);
  for (const char* text : {"10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536",
                           "2001:db8::1:4500", "[2001:db8::1]", ":4500", "[]:1"})
    CHECK_FALSE(parse_endpoint(text).ok());
}

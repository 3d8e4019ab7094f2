// SPDX-License-Identifier: Apache-2.0
#include "capture/pcapng.h"

#include <algorithm>

#include "base/utf8.h"
#include "capture/packet_comment.h"

namespace bulkhead::control::pcapng {

namespace {

using telemetry::PacketLink;

// Section 4.1, 4.2, 4.3.
enum class BlockType : uint32_t {
  kSectionHeader = 0x0a0d0d0a,
  kInterface = 1,
  kEnhancedPacket = 6,
};
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kMajor = 1, kMinor = 0;
constexpr int64_t kUnknownLength = -1;

// Option codes: section 3.5 (comment), 4.1, 4.2, 4.3.
constexpr uint16_t kEndOfOptions = 0, kComment = 1;
constexpr uint16_t kShbUserApplication = 4;
constexpr uint16_t kIfName = 2, kIfDescription = 3, kIfTsResolution = 9;
constexpr uint16_t kEpbFlags = 2, kEpbPacketId = 5;

constexpr uint16_t kLinkEthernet = 1, kLinkRaw = 101;  // LINKTYPE_ of tcpdump.org
constexpr uint32_t kInbound = 1, kOutbound = 2;        // epb_flags, bits 0 and 1
constexpr uint8_t kNanoseconds = 9;                    // if_tsresol: 10^-9
constexpr uint32_t kSnapLength = telemetry::kSnapBytes;

// A block is its type, its length, a body of whole 32-bit words, its length again.
class Block {
 public:
  explicit Block(BlockType type) {
    integer(type);
    integer(uint32_t{0});
  }

  template <typename T>
  void integer(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void padded(std::string_view bytes) {
    bytes_ += bytes;
    bytes_.append((4 - bytes.size() % 4) % 4, '\0');
  }
  void option(uint16_t code, std::string_view value) {
    integer(code);
    integer(static_cast<uint16_t>(value.size()));
    padded(value);
  }
  template <typename T>
  void number(uint16_t code, T value) {
    option(code, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  void text(uint16_t code, std::string_view value) {
    option(code, printable_utf8(value, kMaxOption));
  }

  std::string end() {
    option(kEndOfOptions, {});
    const auto length = static_cast<uint32_t>(bytes_.size() + sizeof(uint32_t));
    integer(length);
    std::copy_n(reinterpret_cast<const char*>(&length), sizeof length, bytes_.begin() + 4);
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

std::string describe_interface(const std::string& gateway, const std::string& port,
                               PacketLink link) {
  const bool bare = link == PacketLink::kIp;
  const std::string name = port.empty() ? "gateway" : port;
  Block block(BlockType::kInterface);
  block.integer(bare ? kLinkRaw : kLinkEthernet);
  block.integer(uint16_t{0});
  block.integer(kSnapLength);
  block.text(kIfName, gateway + ":" + name + (bare ? ".inner" : ""));
  block.text(kIfDescription, port.empty() ? "packets that the gateway made"
                             : bare       ? "packets that came out of decryption"
                                          : "packets as they came in");
  block.number(kIfTsResolution, kNanoseconds);
  return block.end();
}

}  // namespace

std::string Section::begin() {
  interfaces_.clear();
  Block block(BlockType::kSectionHeader);
  block.integer(kByteOrderMagic);
  block.integer(kMajor);
  block.integer(kMinor);
  block.integer(kUnknownLength);
  block.text(kShbUserApplication, "bulkhead-control " BULKHEAD_VERSION);
  block.text(kComment, "packets with an event at gateway " + gateway_);
  return block.end();
}

std::string Section::packet(const ResolvedEvent& event) {
  if (event.packet == nullptr) return {};
  const CapturedPacket& packet = *event.packet;
  const auto next = static_cast<uint32_t>(interfaces_.size());
  const auto [interface, first] = interfaces_.try_emplace({packet.port, packet.link}, next);
  std::string out = first ? describe_interface(gateway_, packet.port, packet.link) : std::string();
  Block block(BlockType::kEnhancedPacket);
  const auto at = static_cast<uint64_t>(event.record.wall_ns);
  block.integer(interface->second);
  block.integer(static_cast<uint32_t>(at >> 32));
  block.integer(static_cast<uint32_t>(at));
  block.integer(static_cast<uint32_t>(packet.bytes.size()));
  block.integer(packet.original_length);
  block.padded({reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size()});
  block.option(kComment, packet_comment(event));
  block.number(kEpbFlags, packet.port.empty() ? kOutbound : kInbound);
  block.number(kEpbPacketId, event.id);
  return out + block.end();
}

}  // namespace bulkhead::control::pcapng

// SPDX-License-Identifier: Apache-2.0
// One conversation of a capture: its bytes in order, through the dataplane's parser of a protocol.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "dissect/io_data.h"
#include "dissect/pdu.h"
#include "dissect/requests.h"
#include "dissect/tcp_direction.h"
#include "table/outstanding.h"
#include "wire/apps/protocol.h"

namespace bulkhead::dataplane {

struct Segment {
  PduPlace place;
  bool to_server = true;
  uint32_t seq = 0;  // TCP
  bool syn = false;
  std::span<const uint8_t> payload;
  IoConnections* io = nullptr;  // of the capture; null: between stations of a link
};

class Conversation {
 public:
  Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  virtual ~Conversation() = default;

  virtual void add(const Segment& segment, const PduSink& sink) = 0;

 protected:
  // What a parser tells, on its way to the sink of the capture.
  class Teller final : public wire::OperationSink {
   public:
    Teller(const Segment& segment, Conversation& conversation, const PduSink& sink)
        : segment_(segment),
          requests_(conversation.requests_),
          outstanding_(conversation.outstanding_),
          seen_from_start_(conversation.seen_from_start_),
          sink_(sink) {
      now_ns = static_cast<uint64_t>(segment.place.wall_ns);
    }
    void told() noexcept override {
      const IoData io(segment_.place, segment_.io, operation);
      Pdu pdu = about(operation.app);
      pdu.operation = &operation;
      pdu.points = {operation.points.begin(), operation.points.size()};
      pdu.unasked = unasked();
      if (operation.direction == wire::Direction::kRequest) requests_.asked(operation);
      if (operation.direction == wire::Direction::kResponse) {
        const auto asked = requests_.answered(operation);
        if (pdu.points.empty() && !operation.is_exception) pdu.points = asked;
      }
      sink_(pdu);
    }
    void fault(wire::App app, wire::Fault fault) const {
      Pdu pdu = about(app);
      pdu.fault = fault;
      sink_(pdu);
    }

   private:
    // As the dataplane does (stage/judge.h), by the clock of the capture.
    bool unasked() {
      if (!wire::is_matched(operation)) return false;
      const auto now = static_cast<uint64_t>(segment_.place.wall_ns);
      if (operation.direction == wire::Direction::kRequest) {
        seen_from_start_ = true;
        outstanding_.passed(operation, segment_.to_server, now);
        return false;
      }
      if (!seen_from_start_) outstanding_.picked_up(now);
      return !outstanding_.answered(operation, segment_.to_server) && outstanding_.unasked(now);
    }
    [[nodiscard]] Pdu about(wire::App app) const {
      Pdu pdu;
      pdu.place = segment_.place;
      pdu.app = app;
      pdu.to_server = segment_.to_server;
      return pdu;
    }
    const Segment& segment_;
    Requests& requests_;
    Outstanding& outstanding_;
    bool& seen_from_start_;
    const PduSink& sink_;
  };

  // Something is missing of what was captured: for a while any answer may be asked for.
  void lost(const Segment& segment) {
    outstanding_.picked_up(static_cast<uint64_t>(segment.place.wall_ns));
  }

  Requests requests_;
  Outstanding::Rest open_;
  Outstanding outstanding_{open_};
  bool seen_from_start_ = false;  // or from its first request on
};

// A frame that does not parse is told and passed over; where framing itself is lost, it begins anew
// with the next segment.
template <wire::StreamProtocol P>
class StreamConversation final : public Conversation {
 public:
  void add(const Segment& segment, const PduSink& sink) override {
    Way& way = ways_[segment.to_server ? 0 : 1];
    const auto delivery = way.tcp.add(segment.seq, segment.syn, segment.payload);
    if (delivery.restarted) way.held.clear();
    const bool opens = segment.syn && segment.to_server;
    if (begun_ ? delivery.restarted && !segment.syn : !opens) lost(segment);
    begun_ = true;
    if (opens && delivery.restarted) {  // a new connection
      protocol_ = P{};
      outstanding_ = Outstanding(this->open_);
    }
    seen_from_start_ |= opens;
    way.held.insert(way.held.end(), delivery.bytes.begin(), delivery.bytes.end());
    if (!delivery.bytes.empty()) frames(way, segment, sink);
  }

 private:
  struct Way {
    TcpDirection tcp;
    std::vector<uint8_t> held;  // of the frame that is not whole
  };

  void frames(Way& way, const Segment& segment, const PduSink& sink) {
    const wire::Side side = segment.to_server ? wire::Side::kRequest : wire::Side::kResponse;
    auto teller = std::make_unique<Teller>(segment, *this, sink);
    size_t at = 0;
    while (at < way.held.size()) {
      const auto rest = std::span<const uint8_t>(way.held).subspan(at);
      const wire::Parsed<size_t> size = protocol_.frame_size(side, rest);
      if (size.faulty()) {
        teller->fault(P::kApp, size.fault());
        at = way.held.size();
      }
      if (!size.ok() || *size > rest.size()) break;
      const wire::Fault fault = protocol_.frame(side, rest.first(*size), *teller);
      if (fault.kind != wire::FaultKind::kNone) teller->fault(P::kApp, fault);
      at += std::max<size_t>(*size, 1);
    }
    way.held.erase(way.held.begin(), way.held.begin() + static_cast<std::ptrdiff_t>(at));
  }

  P protocol_;
  std::array<Way, 2> ways_;
  bool begun_ = false;
};

template <wire::DatagramProtocol P>
class DatagramConversation final : public Conversation {
 public:
  void add(const Segment& segment, const PduSink& sink) override {
    const wire::Side side = segment.to_server ? wire::Side::kRequest : wire::Side::kResponse;
    auto teller = std::make_unique<Teller>(segment, *this, sink);
    const wire::Fault fault = protocol_.datagram(side, segment.payload, *teller);
    if (fault.kind != wire::FaultKind::kNone) teller->fault(P::kApp, fault);
  }

 private:
  P protocol_;
};

}  // namespace bulkhead::dataplane

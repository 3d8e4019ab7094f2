// SPDX-License-Identifier: Apache-2.0
// Which points a response speaks of, where it does not say so itself: those of its request.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "wire/apps/operation.h"

namespace bulkhead::dataplane {

class Requests {
 public:
  // More requests without an answer than a client can mean; the oldest are forgotten.
  static constexpr size_t kMost = 512;

  void asked(const wire::Operation& request);
  // The points of the request that this answers; empty: nobody asked for it. Good until the next
  // call.
  std::span<const wire::PointRange> answered(const wire::Operation& response);

 private:
  struct Request {
    uint64_t id = 0;
    uint32_t unit = 0;
    uint32_t function = 0;
    std::vector<wire::PointRange> points;
    std::deque<std::string> names;  // that the points view: a deque moves none of its elements
  };
  std::deque<Request> requests_;
  Request answered_;
};

}  // namespace bulkhead::dataplane

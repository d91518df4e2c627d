"""How long so many documents take on a given machine or cluster, from measured rates."""

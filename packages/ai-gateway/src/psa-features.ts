// The features of the namespace psa, by name. Written from their definitions: change those, then run "npm run docs".

export interface PsaFeatures {
  /**
   * Suggests category, priority and resolution of a ticket by the closed tickets of the tenant
   */
  'ticket-suggest': {
    input: {
      ticket: {
        title: string
        text?: string
        /**
         * As it stands. Left out: the ticket has none yet
         */
        category?: string
        /**
         * As it stands. Left out: the ticket has none yet
         */
        priority?: string
      }
      /**
       * The tenant's own categories. Nothing else is suggested
       *
       * @minItems 1
       * @maxItems 200
       */
      categories: string[]
      /**
       * The tenant's own priorities, the most urgent first
       *
       * @minItems 1
       * @maxItems 10
       */
      priorities: string[]
      /**
       * Closed tickets of the same tenant, by which the new one is judged: the newest, or those that a search finds
       *
       * @maxItems 300
       */
      closedTickets: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        title: string
        text?: string
        category: string
        priority: string
        /**
         * How it was solved, as it was written down
         */
        resolution?: string
      }[]
      /**
       * Below it nothing is suggested. Default: what the organization has set, lower for a field that is empty, higher for one that is to be changed
       */
      leastConfidence?: {
        category?: number
        priority?: number
        resolution?: number
      }
    }
    /**
     * A suggestion for a new ticket. What is not clear enough is null
     */
    output: {
      category: {
        value: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      priority: {
        value: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      /**
       * What solved similar tickets
       */
      resolution: {
        text: string
        confidence: number
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      } | null
      /**
       * Why this is suggested, or why nothing is
       */
      reason: string
    }
  }
  /**
   * Reports on the root cause of a ticket: a time line, hypotheses with their evidence, and open questions
   */
  'proposal-generate': {
    input: {
      /**
       * The ticket itself
       */
      ticket: {
        /**
         * What it is: "RMM device"
         */
        name: string
        title: string
        /**
         * @maxItems 250
         */
        facts: {
          /**
           * How the answer refers to it
           */
          id: string
          label: string
          text: string
        }[]
      }
      /**
       * Device, asset, detections: what was found beside it
       *
       * @maxItems 8
       */
      records: {
        /**
         * What it is: "RMM device"
         */
        name: string
        title: string
        /**
         * @maxItems 250
         */
        facts: {
          /**
           * How the answer refers to it
           */
          id: string
          label: string
          text: string
        }[]
      }[]
      /**
       * What could not be read, and why
       *
       * @maxItems 8
       */
      unread: {
        name: string
        reason: string
      }[]
      /**
       * IANA time zone in which clock times of the ticket are meant. Default: the one of the organization. UTC counts as not known
       */
      timeZone?: string
    }
    /**
     * The report on the root cause of a ticket, each statement with the facts it rests on
     */
    output: {
      /**
       * What happened when, in the order of time
       *
       * @maxItems 40
       */
      timeline: {
        at: string
        text: string
        /**
         * Ids of the facts it rests on; `onset` is since when it has been so, as the ticket says
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * @maxItems 12
       */
      hypotheses: {
        statement: string
        state: 'supported' | 'contradicted' | 'open'
        /**
         * Facts that speak for it, or against it. Empty only for an open one
         *
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * What has to be found out next
       *
       * @maxItems 15
       */
      openQuestions: {
        question: string
        /**
         * Ids of the facts it rests on; `onset` is since when it has been so, as the ticket says
         *
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
}
